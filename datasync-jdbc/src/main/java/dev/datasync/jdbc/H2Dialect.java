package dev.datasync.jdbc;

import dev.datasync.row.FieldType;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jooq.SQLDialect;
import org.jspecify.annotations.Nullable;

/** H2, from version 2 on. */
final class H2Dialect extends StandardDialect {

    /** The precision of a number for which none was declared. */
    private static final int MOST_DIGITS = 100_000;

    /** From here on a length is the product's own limit. */
    private static final int MOST_CHARACTERS = 900_000_000;

    /** A single-precision number has this many bits in its mantissa, or fewer. */
    private static final int FLOAT32_BITS = 24;

    /** For example {@code NUMERIC(9, 2) ARRAY} or {@code TIMESTAMP(9) WITH TIME ZONE ARRAY}. */
    private static final Pattern ARRAY = Pattern.compile(
            "(?<name>[A-Z ]+?)(\\((?<first>\\d+)(, (?<second>\\d+))?\\))?(?<zone> WITH TIME ZONE)? ARRAY(\\[\\d+])?");

    private static final Map<String, Integer> ELEMENTS = Map.ofEntries(
            Map.entry("BOOLEAN", Types.BOOLEAN),
            Map.entry("TINYINT", Types.TINYINT),
            Map.entry("SMALLINT", Types.SMALLINT),
            Map.entry("INTEGER", Types.INTEGER),
            Map.entry("BIGINT", Types.BIGINT),
            Map.entry("NUMERIC", Types.NUMERIC),
            Map.entry("DECIMAL", Types.NUMERIC),
            Map.entry("DECFLOAT", Types.NUMERIC),
            Map.entry("REAL", Types.REAL),
            Map.entry("DOUBLE PRECISION", Types.DOUBLE),
            Map.entry("CHARACTER", Types.CHAR),
            Map.entry("CHARACTER VARYING", Types.VARCHAR),
            Map.entry("UUID", Types.BINARY),
            Map.entry("DATE", Types.DATE),
            Map.entry("TIME", Types.TIME),
            Map.entry("TIMESTAMP", Types.TIMESTAMP),
            Map.entry("TIMESTAMP WITH TIME ZONE", Types.TIMESTAMP_WITH_TIMEZONE));

    H2Dialect() {
        super(SQLDialect.H2);
    }

    @Override
    public ColumnCodec codec(ColumnType column) {
        return (column.jdbcType() == Types.ARRAY ? array(column) : scalar(column)).countingUtf16("H2");
    }

    private ColumnCodec scalar(ColumnType column) {
        return switch (column.typeName()) {
            case "UUID" -> ColumnCodec.uuid();
            // a text would become a JSON string; bytes are parsed
            case "JSON" -> ColumnCodec.jsonAsBytes();
            case "DECFLOAT" ->
                ColumnCodec.decimal(new FieldType.Decimal(
                        column.precision() >= MOST_DIGITS ? 0 : column.precision(), FieldType.Decimal.ANY_SCALE));
            case "NUMERIC", "DECIMAL" ->
                ColumnCodec.decimal(
                        FieldType.decimal(column.precision() >= MOST_DIGITS ? 0 : column.precision(), column.scale()));
            case "REAL", "FLOAT" -> column.precision() <= FLOAT32_BITS ? ColumnCodec.float32() : ColumnCodec.float64();
            default -> super.codec(column);
        };
    }

    private ColumnCodec array(ColumnType column) {
        Matcher matcher = ARRAY.matcher(column.typeName());
        if (!matcher.matches()) {
            return ColumnCodec.array(ColumnCodec.text(FieldType.text()), "CHARACTER VARYING");
        }
        String name = matcher.group("name") + (matcher.group("zone") == null ? "" : matcher.group("zone"));
        int first = number(matcher.group("first"));
        boolean isTime = name.startsWith("TIME");
        ColumnType element = new ColumnType(
                ELEMENTS.getOrDefault(name, Types.VARCHAR),
                name,
                isTime ? 0 : first,
                isTime ? first : number(matcher.group("second")));
        return ColumnCodec.array(codec(element), name);
    }

    private static int number(@Nullable String digits) {
        return digits == null ? 0 : Integer.parseInt(digits);
    }

    @Override
    public Optional<String> columnType(FieldType type, boolean isKey) {
        if (type instanceof FieldType.Text text && text.maxLength() > MOST_CHARACTERS) {
            return Optional.of("varchar");
        }
        if (type instanceof FieldType.Whole whole && whole.bits() == 8) {
            return Optional.of("tinyint");
        }
        if (type instanceof FieldType.Decimal decimal) {
            return decimal(decimal);
        }
        if (type instanceof FieldType.Uuid) {
            return Optional.of("uuid");
        }
        if (type instanceof FieldType.Binary binary && binary.maxLength() > MOST_CHARACTERS) {
            return Optional.of("varbinary");
        }
        if (type instanceof FieldType.Sequence list) {
            boolean isArray = !(list.element() instanceof FieldType.Sequence);
            return isArray ? columnType(list.element(), false).map(element -> element + " array") : Optional.empty();
        }
        return super.columnType(type, isKey);
    }

    private static Optional<String> decimal(FieldType.Decimal decimal) {
        int precision = decimal.precision() == 0 ? MOST_DIGITS : decimal.precision();
        if (precision > MOST_DIGITS || decimal.scale() > MOST_DIGITS) {
            return Optional.empty();
        }
        return Optional.of(
                decimal.scale() < 0
                        ? "decfloat(" + precision + ")"
                        : "numeric(" + precision + "," + decimal.scale() + ")");
    }

    @Override
    public Set<String> computedColumns(Connection connection, TableName table) throws SQLException {
        return alwaysGenerated(connection, table);
    }

    @Override
    public List<String> triggers(Connection connection, TableName table) throws SQLException {
        return schemaTriggers(connection, table.schema(), table);
    }

    @Override
    public boolean ordersAsEngine(FieldType type) {
        return ordersTimesAsEngine(type);
    }
}
