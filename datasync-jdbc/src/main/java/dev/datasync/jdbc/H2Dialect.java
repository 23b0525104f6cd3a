package dev.datasync.jdbc;

import dev.datasync.row.ConversionException;
import dev.datasync.row.FieldType;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jooq.SQLDialect;
import org.jspecify.annotations.Nullable;

/** H2, from version 2 on. */
final class H2Dialect extends StandardDialect {

    /** The precision of a number for which none was declared. */
    private static final int MOST_DIGITS = 100_000;

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
        ColumnCodec codec = column.jdbcType() == Types.ARRAY ? array(column) : scalar(column);
        return codec.type() instanceof FieldType.Text text && text.maxLength() < Integer.MAX_VALUE
                ? codec.checking(value -> checkLength((String) value, text))
                : codec;
    }

    /** H2 counts a character beyond the basic plane as two. */
    private static void checkLength(String value, FieldType.Text type) {
        if (value.length() > type.maxLength()) {
            throw new ConversionException("a text of " + value.length() + " characters, as H2 counts them in UTF-16,"
                    + " is longer than " + type);
        }
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
    public Set<String> computedColumns(Connection connection, TableName table) throws SQLException {
        return alwaysGenerated(connection, table);
    }

    @Override
    public boolean ordersAsEngine(FieldType type) {
        return super.ordersAsEngine(type)
                || type instanceof FieldType.Bool
                || type instanceof FieldType.Clock
                || type instanceof FieldType.Timestamp
                || type instanceof FieldType.Moment;
    }
}
