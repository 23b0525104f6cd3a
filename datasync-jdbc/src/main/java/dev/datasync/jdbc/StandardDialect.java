package dev.datasync.jdbc;

import dev.datasync.row.ConversionException;
import dev.datasync.row.FieldType;
import dev.datasync.source.ReadException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jooq.Field;
import org.jooq.SQLDialect;
import org.jooq.tools.jdbc.JDBCUtils;
import org.jspecify.annotations.Nullable;

/** What JDBC and standard SQL promise; the dialects of products say where they differ. */
class StandardDialect implements Dialect {

    /** What every product takes that is in use. */
    private static final int MOST_BINDS = 1_000;

    private final SQLDialect jooq;

    StandardDialect(SQLDialect jooq) {
        this.jooq = jooq;
    }

    static Dialect of(Connection connection) {
        return new StandardDialect(JDBCUtils.dialect(connection));
    }

    @Override
    public SQLDialect jooq() {
        return jooq;
    }

    @Override
    public ColumnCodec codec(ColumnType column) {
        return switch (column.jdbcType()) {
            case Types.BIT, Types.BOOLEAN -> ColumnCodec.bool();
            case Types.TINYINT -> ColumnCodec.integer(8);
            case Types.SMALLINT -> ColumnCodec.integer(16);
            case Types.INTEGER -> ColumnCodec.integer(32);
            case Types.BIGINT -> ColumnCodec.integer(64);
            case Types.DECIMAL, Types.NUMERIC -> ColumnCodec.decimal(decimal(column));
            case Types.REAL -> ColumnCodec.float32();
            case Types.FLOAT, Types.DOUBLE -> ColumnCodec.float64();
            case Types.CHAR, Types.NCHAR -> ColumnCodec.paddedText(column);
            case Types.VARCHAR, Types.NVARCHAR, Types.LONGVARCHAR, Types.LONGNVARCHAR -> ColumnCodec.text(column);
            case Types.DATE -> ColumnCodec.date();
            case Types.TIME -> ColumnCodec.time(column.fractionDigits());
            case Types.TIMESTAMP -> ColumnCodec.timestamp(column.fractionDigits());
            case Types.TIMESTAMP_WITH_TIMEZONE -> ColumnCodec.instant(column.fractionDigits());
            case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB -> ColumnCodec.binary(column);
            default -> ColumnCodec.text(FieldType.text());
        };
    }

    private static FieldType decimal(ColumnType column) {
        return column.precision() <= 0
                ? FieldType.decimal()
                : FieldType.decimal(column.precision(), Math.max(0, column.scale()));
    }

    @Override
    public Optional<String> columnType(FieldType type, boolean isKey) {
        if (type instanceof FieldType.Text text) {
            return Optional.of(textType(text, isKey));
        }
        if (type instanceof FieldType.Whole whole) {
            return Optional.of(whole.bits() <= 16 ? "smallint" : whole.bits() <= 32 ? "integer" : "bigint");
        }
        if (type instanceof FieldType.Decimal decimal) {
            return decimal.precision() == 0 || decimal.scale() < 0
                    ? Optional.empty()
                    : Optional.of("numeric(" + decimal.precision() + "," + decimal.scale() + ")");
        }
        if (type instanceof FieldType.Real real) {
            return Optional.of(real.bits() == 32 ? "real" : "double precision");
        }
        if (type instanceof FieldType.Bool) {
            return Optional.of("boolean");
        }
        if (type instanceof FieldType.Day) {
            return Optional.of("date");
        }
        if (type instanceof FieldType.Clock clock) {
            return Optional.of("time(" + clock.fractionDigits() + ")");
        }
        if (type instanceof FieldType.Timestamp timestamp) {
            return Optional.of("timestamp(" + timestamp.fractionDigits() + ")");
        }
        if (type instanceof FieldType.Moment moment) {
            return Optional.of("timestamp(" + moment.fractionDigits() + ") with time zone");
        }
        if (type instanceof FieldType.Binary binary && binary.maxLength() < Integer.MAX_VALUE) {
            return Optional.of("varbinary(" + binary.maxLength() + ")");
        }
        return Optional.empty();
    }

    /** The length of a text without a limit that is part of a key, where the product indexes no unlimited ones. */
    static final int KEY_LENGTH = 255;

    private static String textType(FieldType.Text text, boolean isKey) {
        boolean isUnlimited = text.maxLength() == Integer.MAX_VALUE;
        if (text.padding() == FieldType.Padding.STRIPPED && !isUnlimited) {
            return "char(" + text.maxLength() + ")";
        }
        if (isUnlimited) {
            return isKey ? "varchar(" + KEY_LENGTH + ")" : "clob";
        }
        return "varchar(" + text.maxLength() + ")";
    }

    @Override
    public Set<String> computedColumns(Connection connection, TableName table) throws SQLException {
        return Set.of();
    }

    /** For the products whose information schema tells an identity column that only the database may fill. */
    final Set<String> alwaysGenerated(Connection connection, TableName table) throws SQLException {
        return new HashSet<>(names(connection, Statements.alwaysGenerated(jooq), table));
    }

    private static final LocalDate LAST_JULIAN_DAY = LocalDate.of(1582, 10, 4);

    private static final LocalDate FIRST_GREGORIAN_DAY = LocalDate.of(1582, 10, 15);

    /** Refuses the days that the calendar of Java's older classes skips, which some products use. */
    static void refuseSkippedDays(LocalDate day) {
        if (day.isAfter(LAST_JULIAN_DAY) && day.isBefore(FIRST_GREGORIAN_DAY)) {
            throw new ConversionException("the database does not have the days after " + LAST_JULIAN_DAY
                    + " and before " + FIRST_GREGORIAN_DAY);
        }
    }

    /** Returns the names that a query tells, whose parameters are a table's schema and name. */
    static List<String> names(Connection connection, String query, TableName table) throws SQLException {
        return names(connection, query, table.schema(), table.name());
    }

    /** Returns the names that a query with some parameters tells. */
    static List<String> names(Connection connection, String query, @Nullable String... parameters) throws SQLException {
        List<String> names = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    names.add(rows.getString(1));
                }
            }
        }
        return names;
    }

    /** For the products whose information schema tells of triggers. */
    static List<String> schemaTriggers(Connection connection, @Nullable String schema, TableName table)
            throws SQLException {
        return names(
                connection,
                "select trigger_name from information_schema.triggers where event_object_schema = ? and"
                        + " event_object_table = ? order by trigger_name",
                schema,
                table.name());
    }

    /** Returns what the first group finds in a failure's message that has the expected form from its beginning on. */
    static Optional<String> named(Pattern form, SQLException failure) {
        Matcher matcher = form.matcher(String.valueOf(failure.getMessage()));
        if (matcher.matches()) {
            for (int i = 1; i <= matcher.groupCount(); i++) {
                String name = matcher.group(i);
                if (name != null) {
                    return Optional.of(name);
                }
            }
        }
        return Optional.empty();
    }

    /** For the products that also put truth values, times and timestamps into their natural order. */
    static boolean ordersTimesAsEngine(FieldType type) {
        return isNumberOrDay(type)
                || type instanceof FieldType.Bool
                || type instanceof FieldType.Clock
                || type instanceof FieldType.Timestamp
                || type instanceof FieldType.Moment;
    }

    private static boolean isNumberOrDay(FieldType type) {
        return type instanceof FieldType.Whole || type instanceof FieldType.Decimal || type instanceof FieldType.Day;
    }

    @Override
    public boolean ordersAsEngine(FieldType type) {
        return isNumberOrDay(type);
    }

    @Override
    public Optional<String> culprit(SQLException failure) {
        return Optional.empty();
    }

    @Override
    public List<String> triggers(Connection connection, TableName table) throws SQLException {
        return List.of();
    }

    /** Refuses what drivers would replace by a question mark. */
    static void refuseHalfPairs(Object value) {
        String text = (String) value;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (Character.isLowSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    throw new ConversionException("a text with half a surrogate pair is no Unicode text");
                }
                i++;
            }
        }
    }

    @Override
    public void checkName(String name) throws ReadException {
        // quoted names are taken as they are
    }

    @Override
    public Field<?> selected(Field<?> column, FieldType type) {
        return column;
    }

    @Override
    public Object bindable(Object value) {
        if (value instanceof Instant instant) {
            return instant.atOffset(ZoneOffset.UTC);
        }
        return value instanceof Enum<?> constant ? constant.name() : value;
    }

    @Override
    public Undo prepare(Connection connection, Session.Access access) throws SQLException {
        if (access == Session.Access.WRITE || connection.isReadOnly()) {
            return () -> {};
        }
        try {
            connection.setReadOnly(true);
        } catch (SQLFeatureNotSupportedException e) {
            // it is a hint; a product that does not take it has its own way, or none
            return () -> {};
        }
        return () -> connection.setReadOnly(false);
    }

    @Override
    public void beginReading(Connection connection) throws SQLException {
        if (connection.getMetaData().supportsTransactionIsolationLevel(Connection.TRANSACTION_REPEATABLE_READ)) {
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        }
    }

    @Override
    public void stream(PreparedStatement statement, int rows) throws SQLException {
        statement.setFetchSize(rows);
    }

    @Override
    public Optional<BulkPath> bulkPath(Session session, TableDefinition table, ChangeBinder binder)
            throws SQLException {
        return Optional.empty();
    }

    @Override
    public boolean hasSavepoints() {
        return true;
    }

    @Override
    public int mostBinds() {
        return MOST_BINDS;
    }

    @Override
    public FailureKind kind(SQLException failure) {
        return SqlState.kind(state(failure));
    }
}
