package dev.datasync.jdbc;

import dev.datasync.row.FieldType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jooq.SQLDialect;

/**
 * SQLite, whose columns hold values of any type, whatever was declared. What was declared decides which type a column
 * is said to have: a value of another is rejected when it is read and never written.
 */
final class SqliteDialect extends StandardDialect {

    private static final int MOST_BINDS = 32_766;

    /** A binary number of 64 bits keeps so many digits. */
    private static final int EXACT_DIGITS = 15;

    /** The driver's own wording, in which nothing but names follows. */
    private static final Pattern CULPRIT =
            Pattern.compile("\\((?:UNIQUE|NOT NULL) constraint failed: (?<names>[^()]*)\\)$");

    SqliteDialect() {
        super(SQLDialect.SQLITE);
    }

    @Override
    public ColumnCodec codec(ColumnType column) {
        String name = column.typeName().toUpperCase(Locale.ROOT);
        int fractionDigits = column.precision() > 0 ? Math.min(column.precision(), 9) : FieldType.NANOSECONDS;
        if (name.contains("BOOL")) {
            return SqliteValues.bool();
        }
        // the rules by which SQLite itself understands a declared type
        if (name.contains("INT")) {
            return SqliteValues.integer();
        }
        if (name.contains("CHAR") || name.contains("CLOB") || name.contains("TEXT")) {
            return SqliteValues.text(column);
        }
        if (name.contains("BLOB") || name.contains("BINARY") || name.equals("BYTEA")) {
            return SqliteValues.binary(column);
        }
        if (name.contains("REAL") || name.contains("FLOA") || name.contains("DOUB")) {
            return SqliteValues.float64();
        }
        if (name.startsWith("TIMESTAMP") || name.startsWith("DATETIME")) {
            return name.contains("TZ") || name.contains("ZONE")
                    ? SqliteValues.instant(fractionDigits)
                    : SqliteValues.timestamp(fractionDigits);
        }
        return switch (name) {
            case "DATE" -> SqliteValues.date();
            case "TIME" -> SqliteValues.time(fractionDigits);
            case "JSON", "JSONB" -> SqliteValues.json();
            case "UUID", "GUID" -> SqliteValues.uuid();
            case "DECIMAL", "DEC", "NUMERIC", "NUMBER" ->
                column.precision() > 0
                        ? SqliteValues.decimal(FieldType.decimal(column.precision(), Math.max(0, column.scale())))
                        : SqliteValues.anything();
            // a computed column of a query, or one that was declared without a type
            case "NUM", "NULL", "" -> SqliteValues.anything();
            default -> SqliteValues.unknown();
        };
    }

    @Override
    public Object bindable(Object value) {
        if (value instanceof Instant instant) {
            return SqliteValues.written(instant);
        }
        if (value instanceof OffsetDateTime time) {
            return SqliteValues.written(time.toInstant());
        }
        if (value instanceof ZonedDateTime time) {
            return SqliteValues.written(time.toInstant());
        }
        return value instanceof LocalDateTime time ? SqliteValues.written(time) : super.bindable(value);
    }

    @Override
    public Optional<String> columnType(FieldType type, boolean isKey) {
        if (type instanceof FieldType.Text text) {
            return Optional.of(
                    text.maxLength() == Integer.MAX_VALUE || text.padding() == FieldType.Padding.STRIPPED
                            ? "text"
                            : "varchar(" + text.maxLength() + ")");
        }
        if (type instanceof FieldType.Decimal decimal) {
            boolean isExact = decimal.precision() > 0 && decimal.precision() <= EXACT_DIGITS && decimal.scale() >= 0;
            return Optional.of(isExact ? "decimal(" + decimal.precision() + "," + decimal.scale() + ")" : "text");
        }
        if (type instanceof FieldType.Moment moment) {
            return Optional.of("timestamptz(" + moment.fractionDigits() + ")");
        }
        if (type instanceof FieldType.Uuid) {
            return Optional.of("uuid");
        }
        if (type instanceof FieldType.Json) {
            return Optional.of("json");
        }
        if (type instanceof FieldType.Binary) {
            return Optional.of("blob");
        }
        return super.columnType(type, isKey);
    }

    @Override
    public List<String> triggers(Connection connection, TableName table) throws SQLException {
        List<String> names = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(
                "select name from sqlite_master where type = 'trigger' and tbl_name = ? order by name")) {
            statement.setString(1, table.name());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    names.add(rows.getString(1));
                }
            }
        }
        return names;
    }

    @Override
    public boolean ordersAsEngine(FieldType type) {
        // dates are texts, and numbers of any size are compared exactly
        return type instanceof FieldType.Whole
                || type instanceof FieldType.Bool
                || type instanceof FieldType.Decimal decimal && decimal.precision() > 0;
    }

    @Override
    public Undo prepare(Connection connection, Session.Access access) throws SQLException {
        if (access == Session.Access.WRITE || isQueryOnly(connection)) {
            return () -> {};
        }
        // the driver cannot make a connection read-only once it is open
        queryOnly(connection, "on");
        return () -> queryOnly(connection, "off");
    }

    private static boolean isQueryOnly(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("pragma query_only")) {
            return row.next() && row.getBoolean(1);
        }
    }

    private static void queryOnly(Connection connection, String state) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("pragma query_only = " + state);
        }
    }

    @Override
    public void beginReading(Connection connection) {
        // every transaction sees one state of the database
    }

    @Override
    public int mostBinds() {
        return MOST_BINDS;
    }

    @Override
    public Optional<String> culprit(SQLException failure) {
        Matcher matcher = CULPRIT.matcher(String.valueOf(failure.getMessage()));
        return matcher.find() ? Optional.of(matcher.group("names")) : Optional.empty();
    }
}
