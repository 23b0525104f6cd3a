package dev.datasync.jdbc;

import dev.datasync.row.ConversionException;
import dev.datasync.row.FieldType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/** Microsoft SQL Server, from version 2016 on, and Azure SQL. */
final class SqlServerDialect extends StandardDialect {

    /** The server takes 2,100; some are left to the driver. */
    private static final int MOST_BINDS = 2_000;

    /** The driver's own number of {@code DATETIMEOFFSET}. */
    private static final int DATETIMEOFFSET = -155;

    /** The driver's own number of the isolation level {@code SNAPSHOT}. */
    private static final int SNAPSHOT = 0x1000;

    private static final int GREATEST_PRECISION = 38;

    private static final int MOST_CHARACTERS = 4_000;

    private static final int MOST_BYTES = 8_000;

    private static final int MOST_FRACTION_DIGITS = 7;

    private static final int LAST_YEAR = 9_999;

    private static final int FIRST_YEAR_OF_DATETIME = 1_753;

    private static final int FIRST_YEAR_OF_SMALLDATETIME = 1_900;

    private static final int LAST_YEAR_OF_SMALLDATETIME = 2_078;

    /** The server's own English wording, in which nothing but names varies before the name of the constraint. */
    private static final Pattern CULPRIT = Pattern.compile(
            "(?:Violation of (?:PRIMARY KEY|UNIQUE KEY) constraint"
                    + " '(?<name>[^']*)'|Cannot insert the value NULL into column '(?<column>[^']*)'|The \\w+ statement"
                    + " conflicted with the (?:FOREIGN KEY|REFERENCE|CHECK|FOREIGN KEY SAME TABLE|SAME TABLE REFERENCE)"
                    + " constraint \"(?<other>[^\"]*)\").*",
            Pattern.DOTALL);

    SqlServerDialect() {
        super(SQLDialect.DEFAULT);
    }

    /** An intersection takes null for the same as null, and can use an index. */
    @Override
    public DSLContext renderer() {
        return DSL.using(SQLDialect.DEFAULT)
                .configuration()
                .deriveAppending(new ProductSyntax(
                        (one, other) -> DSL.condition("exists (select {0} intersect select {1})", one, other)))
                .dsl();
    }

    @Override
    public ColumnCodec codec(ColumnType column) {
        return switch (column.typeName().toLowerCase(Locale.ROOT).replace(" identity", "")) {
            case "bit" -> asBit(ColumnCodec.bool());
            case "tinyint" -> unsigned(ColumnCodec.integer(16));
            case "real" -> finite(ColumnCodec.float32());
            case "float" -> finite(ColumnCodec.float64());
            case "money" -> ColumnCodec.decimal(FieldType.decimal(19, 4));
            case "smallmoney" -> ColumnCodec.decimal(FieldType.decimal(10, 4));
            case "date" -> ColumnCodec.date().checking(value -> checkYear(((LocalDate) value).getYear(), 1, LAST_YEAR));
            case "time" -> ColumnCodec.time(column.fractionDigits());
            case "datetime2" -> timestamp(column.fractionDigits(), 1, LAST_YEAR);
            // the server keeps 300ths of a second, of which whole hundredths are left as they are
            case "datetime" -> timestamp(2, FIRST_YEAR_OF_DATETIME, LAST_YEAR);
            case "smalldatetime" -> minutes();
            case "datetimeoffset" -> instant(column.fractionDigits());
            case "uniqueidentifier" -> uuid();
            case "binary" -> ColumnCodec.fixedBinary(column);
            case "varbinary", "image" -> ColumnCodec.binary(column);
            case "char", "nchar" -> ColumnCodec.paddedText(column).countingUtf16("SQL Server");
            case "varchar", "nvarchar" -> ColumnCodec.text(column).countingUtf16("SQL Server");
            // the types of standard SQL, rowversion as bytes, and the other types of the server as texts
            default -> super.codec(column);
        };
    }

    private static ColumnCodec asBit(ColumnCodec codec) {
        return codec.binding(
                Types.BIT, (statement, parameter, value) -> statement.setBoolean(parameter, (Boolean) value));
    }

    private static ColumnCodec unsigned(ColumnCodec codec) {
        return codec.checking(value -> {
            if ((Long) value < 0 || (Long) value > 255) {
                throw new ConversionException("a number is outside the range 0 to 255");
            }
        });
    }

    private static ColumnCodec finite(ColumnCodec codec) {
        return codec.checking(value -> {
            if (!Double.isFinite((Double) value)) {
                throw new ConversionException("SQL Server stores neither NaN nor infinity");
            }
        });
    }

    private static ColumnCodec timestamp(int fractionDigits, int firstYear, int lastYear) {
        return ColumnCodec.timestamp(fractionDigits)
                .checking(value -> checkYear(((LocalDateTime) value).getYear(), firstYear, lastYear));
    }

    private static ColumnCodec minutes() {
        return ColumnCodec.timestamp(0).checking(value -> {
            LocalDateTime time = (LocalDateTime) value;
            checkYear(time.getYear(), FIRST_YEAR_OF_SMALLDATETIME, LAST_YEAR_OF_SMALLDATETIME);
            if (time.getSecond() != 0) {
                throw new ConversionException("a smalldatetime has whole minutes: cut the seconds off in map(...)");
            }
        });
    }

    private static ColumnCodec instant(int fractionDigits) {
        ColumnCodec codec = ColumnCodec.instant(fractionDigits);
        return codec.binding(DATETIMEOFFSET, codec.binder())
                .checking(value -> checkYear(
                        OffsetDateTime.ofInstant((java.time.Instant) value, java.time.ZoneOffset.UTC)
                                .getYear(),
                        1,
                        LAST_YEAR));
    }

    private static void checkYear(int year, int first, int last) {
        if (year < first || year > last) {
            throw new ConversionException("the column has the years " + first + " to " + last);
        }
    }

    private static ColumnCodec uuid() {
        return ColumnCodec.uuid()
                .reading((rows, place) -> {
                    String value = rows.getString(place);
                    return value == null ? null : UUID.fromString(value);
                })
                .binding(Types.CHAR, (statement, parameter, value) -> statement.setString(parameter, value.toString()));
    }

    @Override
    public Optional<String> columnType(FieldType type, boolean isKey) {
        if (type instanceof FieldType.Text text) {
            return Optional.of(textType(text, isKey));
        }
        if (type instanceof FieldType.Decimal decimal && decimal.precision() > GREATEST_PRECISION) {
            return Optional.empty();
        }
        if (type instanceof FieldType.Real real) {
            return Optional.of(real.bits() == 32 ? "real" : "float(53)");
        }
        if (type instanceof FieldType.Bool) {
            return Optional.of("bit");
        }
        if (type instanceof FieldType.Clock clock) {
            return withDigits("time", clock.fractionDigits());
        }
        if (type instanceof FieldType.Timestamp timestamp) {
            return withDigits("datetime2", timestamp.fractionDigits());
        }
        if (type instanceof FieldType.Moment moment) {
            return withDigits("datetimeoffset", moment.fractionDigits());
        }
        if (type instanceof FieldType.Uuid) {
            return Optional.of("uniqueidentifier");
        }
        if (type instanceof FieldType.Binary binary) {
            return Optional.of("varbinary("
                    + (binary.maxLength() > MOST_BYTES ? "max" : String.valueOf(binary.maxLength())) + ")");
        }
        return super.columnType(type, isKey);
    }

    private static Optional<String> withDigits(String type, int digits) {
        return digits > MOST_FRACTION_DIGITS ? Optional.empty() : Optional.of(type + "(" + digits + ")");
    }

    private static String textType(FieldType.Text text, boolean isKey) {
        int length = text.maxLength();
        if (length > MOST_CHARACTERS) {
            return isKey ? "nvarchar(" + KEY_LENGTH + ")" : "nvarchar(max)";
        }
        return (text.padding() == FieldType.Padding.STRIPPED ? "nchar(" : "nvarchar(") + length + ")";
    }

    @Override
    public Set<String> computedColumns(Connection connection, TableName table) throws SQLException {
        // 189 is rowversion
        return new HashSet<>(names(
                connection,
                "select c.name from sys.columns c join sys.objects o on o.object_id = c.object_id join sys.schemas s on"
                        + " s.schema_id = o.schema_id where s.name = ? and o.name = ? and (c.is_computed = 1 or"
                        + " c.is_identity = 1 or c.system_type_id = 189 or c.generated_always_type <> 0)",
                table));
    }

    @Override
    public List<String> triggers(Connection connection, TableName table) throws SQLException {
        return names(
                connection,
                "select t.name from sys.triggers t join sys.objects o on o.object_id = t.parent_id join sys.schemas s"
                        + " on s.schema_id = o.schema_id where s.name = ? and o.name = ? and t.is_disabled = 0 order"
                        + " by t.name",
                table);
    }

    @Override
    public boolean ordersAsEngine(FieldType type) {
        return ordersTimesAsEngine(type);
    }

    /**
     * Sees one state where the database permits snapshots. Where it does not, but reads committed rows by their
     * versions, a single query sees one state. Otherwise the rows that were read are locked until the end.
     */
    @Override
    public void beginReading(Connection connection) throws SQLException {
        boolean hasSnapshots = false;
        boolean hasVersions = false;
        try (PreparedStatement statement = connection.prepareStatement(
                        "select snapshot_isolation_state, is_read_committed_snapshot_on from"
                                + " sys.databases where name = db_name()");
                ResultSet rows = statement.executeQuery()) {
            if (rows.next()) {
                hasSnapshots = rows.getInt(1) == 1;
                hasVersions = rows.getBoolean(2);
            }
        }
        // a transaction that has begun cannot become one that sees a snapshot
        connection.rollback();
        if (hasSnapshots) {
            connection.setTransactionIsolation(SNAPSHOT);
        } else if (!hasVersions) {
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        }
    }

    @Override
    public void release(Connection connection, Savepoint savepoint) {
        // the product has no such statement
    }

    @Override
    public int mostBinds() {
        return MOST_BINDS;
    }

    @Override
    public String state(SQLException failure) {
        return switch (failure.getErrorCode()) {
            case 2601, 2627 -> "23505";
            case 515 -> "23502";
            case 547 -> isCheck(failure) ? "23514" : "23503";
            case 550 -> "44000";
            case 2628, 8152 -> SqlState.TOO_LONG;
            case 220, 232, 8115 -> SqlState.OUT_OF_RANGE;
            case 241, 242, 245, 295, 8114, 8169 -> "22018";
            case 102, 105, 156, 170 -> "42601";
            case 207 -> "42703";
            case 208 -> "42P01";
            case 229, 230 -> SqlState.NO_PERMISSION;
            case 1205 -> "40001";
            case 1222 -> SqlState.LOCK_NOT_AVAILABLE;
            case 3960, 3961 -> "40001";
            // raised by a trigger
            case 3609, 50_000 -> "38000";
            default -> SqlState.of(failure);
        };
    }

    private static boolean isCheck(SQLException failure) {
        return String.valueOf(failure.getMessage()).contains("conflicted with the CHECK constraint");
    }

    @Override
    public FailureKind kind(SQLException failure) {
        return failure.getErrorCode() == 1222 ? FailureKind.TRANSIENT : super.kind(failure);
    }

    @Override
    public Optional<String> culprit(SQLException failure) {
        return named(CULPRIT, failure);
    }
}
