package dev.datasync.jdbc;

import dev.datasync.row.ConversionException;
import dev.datasync.row.FieldType;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Types;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/** Oracle Database, from version 12.2 on. */
final class OracleDialect extends StandardDialect {

    /** The driver's own number of {@code TIMESTAMP WITH TIME ZONE}. */
    private static final int TIMESTAMP_WITH_TIME_ZONE = -101;

    /** Some drivers and clusters take no more than this, the database itself takes 65,535. */
    private static final int MOST_BINDS = 32_000;

    private static final int GREATEST_PRECISION = 38;

    /** The scale of a {@code NUMBER} or {@code FLOAT} for which none was declared. */
    private static final int NO_SCALE = -127;

    private static final int MOST_CHARACTERS = 4_000;

    /** Bytes of a {@code VARCHAR2} of which four may be one character. */
    private static final int MOST_CHARACTERS_OF_FOUR_BYTES = MOST_CHARACTERS / 4;

    private static final int MOST_BYTES = 2_000;

    /** The server's own English wording: the constraint's name in parentheses, or the quoted name of the column. */
    private static final Pattern CULPRIT = Pattern.compile(
            "ORA-(?:00001|02290|02291|02292):[^(]*\\((?<name>[^)]*)\\).*"
                    + "|ORA-(?:01400|01407):[^(]*\\((?<column>[^)]*)\\).*",
            Pattern.DOTALL);

    OracleDialect() {
        super(SQLDialect.DEFAULT);
    }

    @Override
    public DSLContext renderer() {
        return DSL.using(SQLDialect.DEFAULT)
                .configuration()
                .deriveAppending(
                        new ProductSyntax((one, other) -> DSL.condition("decode({0}, {1}, 1, 0) = 1", one, other)))
                .dsl();
    }

    @Override
    public ColumnCodec codec(ColumnType column) {
        String name = column.typeName();
        if (name.startsWith("TIMESTAMP")) {
            return name.contains("TIME ZONE")
                    ? instant(column.fractionDigits())
                    : ColumnCodec.timestamp(column.fractionDigits());
        }
        return switch (name) {
            case "NUMBER", "NUMERIC", "DECIMAL" -> number(column);
            case "FLOAT" -> digits(FieldType.decimal());
            case "BINARY_FLOAT" -> finite(ColumnCodec.float32());
            case "BINARY_DOUBLE" -> finite(ColumnCodec.float64());
            // it has a time of day, to the second
            case "DATE" -> ColumnCodec.timestamp(0);
            case "VARCHAR2", "NVARCHAR2", "VARCHAR" -> notEmpty(ColumnCodec.text(column));
            case "CHAR", "NCHAR" -> padded(ColumnCodec.paddedText(column));
            case "CLOB", "NCLOB" -> notEmpty(asType(Types.CLOB, ColumnCodec.text(FieldType.text())));
            case "LONG", "ROWID", "UROWID" -> notEmpty(ColumnCodec.text(FieldType.text()));
            case "RAW" -> filled(ColumnCodec.binary(column));
            case "BLOB" -> filled(asType(Types.BLOB, ColumnCodec.binary(column)));
            case "LONG RAW" -> filled(ColumnCodec.binary(column));
            default -> name.startsWith("INTERVAL") ? notEmpty(ColumnCodec.text(FieldType.text())) : super.codec(column);
        };
    }

    private static ColumnCodec number(ColumnType column) {
        if (column.scale() == NO_SCALE || column.precision() == 0) {
            return digits(FieldType.decimal());
        }
        if (column.scale() < 0) {
            return ColumnCodec.decimal(FieldType.decimal(column.precision() - column.scale(), 0))
                    .checking(value -> checkMultiple((BigDecimal) value, column.scale()));
        }
        return ColumnCodec.decimal(FieldType.decimal(column.precision(), column.scale()));
    }

    private static void checkMultiple(BigDecimal value, int scale) {
        if (value.stripTrailingZeros().scale() > scale && value.signum() != 0) {
            throw new ConversionException("the column keeps no digits before the last " + -scale
                    + " of a whole number: round the number in map(...)");
        }
    }

    private static ColumnCodec digits(FieldType type) {
        return ColumnCodec.decimal(type).checking(value -> {
            if (((BigDecimal) value).precision() > GREATEST_PRECISION) {
                throw new ConversionException("a number has more than " + GREATEST_PRECISION + " digits");
            }
        });
    }

    private static ColumnCodec finite(ColumnCodec codec) {
        return codec.checking(value -> {
            if (!Double.isFinite((Double) value)) {
                throw new ConversionException("NaN and infinity are not written to Oracle");
            }
        });
    }

    private static ColumnCodec instant(int fractionDigits) {
        ColumnCodec codec = ColumnCodec.instant(fractionDigits);
        return codec.binding(TIMESTAMP_WITH_TIME_ZONE, codec.binder());
    }

    private static ColumnCodec asType(int nullType, ColumnCodec codec) {
        return codec.binding(nullType, codec.binder());
    }

    /** Oracle takes an empty text for null, so that it would come back as another value than the one compared. */
    private static ColumnCodec notEmpty(ColumnCodec codec) {
        return codec.checking(value -> {
            if (((String) value).isEmpty()) {
                throw new ConversionException(
                        "an empty text, which Oracle would store as null: make it null in map(...)");
            }
        });
    }

    /** A padded text has at least one space. */
    private static ColumnCodec padded(ColumnCodec codec) {
        return codec.binding(Types.CHAR, (statement, parameter, value) -> {
            String text = (String) value;
            statement.setString(parameter, text.isEmpty() ? " " : text);
        });
    }

    private static ColumnCodec filled(ColumnCodec codec) {
        return codec.checking(value -> {
            if (((byte[]) value).length == 0) {
                throw new ConversionException("no bytes, which Oracle would store as null: make it null in map(...)");
            }
        });
    }

    @Override
    public Optional<String> columnType(FieldType type, boolean isKey) {
        if (type instanceof FieldType.Text text) {
            return Optional.of(textType(text, isKey));
        }
        if (type instanceof FieldType.Whole whole) {
            return Optional.of(
                    switch (whole.bits()) {
                        case 8 -> "number(3)";
                        case 16 -> "number(5)";
                        case 32 -> "number(10)";
                        default -> "number(19)";
                    });
        }
        if (type instanceof FieldType.Decimal decimal) {
            if (decimal.precision() == 0 || decimal.scale() < 0) {
                return Optional.of("number");
            }
            return decimal.precision() > GREATEST_PRECISION
                    ? Optional.empty()
                    : Optional.of("number(" + decimal.precision() + "," + decimal.scale() + ")");
        }
        if (type instanceof FieldType.Real real) {
            return Optional.of(real.bits() == 32 ? "binary_float" : "binary_double");
        }
        if (type instanceof FieldType.Bool) {
            return Optional.of("number(1)");
        }
        if (type instanceof FieldType.Clock) {
            return Optional.empty();
        }
        if (type instanceof FieldType.Binary binary) {
            return Optional.of(binary.maxLength() > MOST_BYTES ? "blob" : "raw(" + binary.maxLength() + ")");
        }
        return super.columnType(type, isKey);
    }

    private static String textType(FieldType.Text text, boolean isKey) {
        int length = text.maxLength();
        if (length > MOST_CHARACTERS_OF_FOUR_BYTES) {
            return isKey ? "varchar2(" + KEY_LENGTH + " char)" : "clob";
        }
        boolean isPadded = text.padding() == FieldType.Padding.STRIPPED && length <= MOST_BYTES / 4;
        return (isPadded ? "char(" : "varchar2(") + length + " char)";
    }

    @Override
    public Set<String> computedColumns(Connection connection, TableName table) throws SQLException {
        Set<String> columns = new HashSet<>(names(
                connection,
                "select column_name from all_tab_cols where owner = ? and table_name = ? and virtual_column = 'YES'",
                table));
        columns.addAll(names(
                connection,
                "select column_name from all_tab_identity_cols where owner = ? and table_name = ? and generation_type ="
                        + " 'ALWAYS'",
                table));
        return columns;
    }

    @Override
    public List<String> triggers(Connection connection, TableName table) throws SQLException {
        return names(
                connection,
                "select trigger_name from all_triggers where table_owner = ? and table_name = ? and status = 'ENABLED'"
                        + " order by trigger_name",
                table);
    }

    @Override
    public boolean ordersAsEngine(FieldType type) {
        return super.ordersAsEngine(type) || type instanceof FieldType.Timestamp || type instanceof FieldType.Moment;
    }

    /** What Oracle calls serializable is a snapshot, taken at the transaction's first statement. */
    @Override
    public void beginReading(Connection connection) throws SQLException {
        connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
    }

    @Override
    public void release(Connection connection, Savepoint savepoint) {
        // the driver cannot, and the transaction's end does
    }

    @Override
    public int mostBinds() {
        return MOST_BINDS;
    }

    @Override
    public String state(SQLException failure) {
        return switch (failure.getErrorCode()) {
            case 1 -> "23505";
            case 1400, 1407 -> "23502";
            case 2290 -> "23513";
            case 2291, 2292 -> "23503";
            case 1401, 12_899 -> SqlState.TOO_LONG;
            case 1426, 1438 -> SqlState.OUT_OF_RANGE;
            case 1722, 1830, 1839, 1841, 1843, 1847, 1858, 1861 -> "22018";
            case 1402 -> "44000";
            case 900, 907, 911, 923, 933, 936 -> "42601";
            case 904 -> "42703";
            case 942 -> "42P01";
            case 1031 -> SqlState.NO_PERMISSION;
            case 54, 30_006 -> SqlState.LOCK_NOT_AVAILABLE;
            case 60, 8177 -> "40001";
            case 28, 1012, 1033, 1034, 1089, 1090, 1092, 3113, 3114, 3135, 12_514, 12_541, 17_002, 17_008, 17_410 ->
                "08006";
            default ->
                failure.getErrorCode() >= 20_000 && failure.getErrorCode() < 21_000
                        // raised by a trigger
                        ? "38000"
                        : SqlState.of(failure);
        };
    }

    @Override
    public FailureKind kind(SQLException failure) {
        return state(failure).equals(SqlState.LOCK_NOT_AVAILABLE) ? FailureKind.TRANSIENT : super.kind(failure);
    }

    @Override
    public Optional<String> culprit(SQLException failure) {
        return named(CULPRIT, failure);
    }
}
