package dev.datasync.jdbc;

import dev.datasync.row.ConversionException;
import dev.datasync.row.FieldType;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jooq.SQLDialect;

/** HSQLDB, from version 2.5 on. */
final class HsqldbDialect extends StandardDialect {

    /** The length of {@code LONGVARCHAR}, which nobody declared. */
    private static final int LONGEST_TEXT = 16_777_216;

    private static final int LAST_YEAR = 9_999;

    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSSSSS", Locale.ROOT);

    /** For example {@code INTEGER ARRAY}. */
    private static final Pattern ARRAY = Pattern.compile("(?<element>.+) ARRAY");

    private static final Map<String, Integer> ELEMENTS = Map.ofEntries(
            Map.entry("BOOLEAN", Types.BOOLEAN),
            Map.entry("TINYINT", Types.TINYINT),
            Map.entry("SMALLINT", Types.SMALLINT),
            Map.entry("INTEGER", Types.INTEGER),
            Map.entry("BIGINT", Types.BIGINT),
            Map.entry("DOUBLE", Types.DOUBLE),
            Map.entry("VARCHAR", Types.VARCHAR),
            Map.entry("DATE", Types.DATE));

    /** The engine's own wording, in which nothing but the name of the constraint varies before it. */
    private static final Pattern CULPRIT = Pattern.compile(
            "integrity constraint violation: (?:unique constraint or index"
                    + " violation|NOT NULL check constraint|check constraint|foreign key no parent|foreign key no action) ;"
                    + " (?<name>.+?) table: .*",
            Pattern.DOTALL);

    HsqldbDialect() {
        super(SQLDialect.HSQLDB);
    }

    @Override
    public ColumnCodec codec(ColumnType column) {
        String name = column.typeName();
        if (column.jdbcType() == Types.ARRAY) {
            return array(name);
        }
        if (name.equals("UUID")) {
            return ColumnCodec.uuid();
        }
        if (name.startsWith("INTERVAL") || column.jdbcType() == Types.BIT && column.precision() > 1) {
            return ColumnCodec.text(FieldType.text());
        }
        return switch (column.jdbcType()) {
            case Types.VARCHAR, Types.LONGVARCHAR ->
                column.precision() >= LONGEST_TEXT
                        ? ColumnCodec.text(FieldType.text())
                        : super.codec(column).countingUtf16("HSQLDB");
            case Types.CHAR -> super.codec(column).countingUtf16("HSQLDB");
            case Types.BINARY -> ColumnCodec.fixedBinary(column);
            case Types.DATE -> date();
            case Types.TIMESTAMP -> timestamp(column.fractionDigits());
            case Types.TIMESTAMP_WITH_TIMEZONE -> instant(column.fractionDigits());
            default -> super.codec(column);
        };
    }

    /**
     * Bound as a text, for the driver counts days before October 1582 in another way than the engine, and never read as
     * one: the engine's threads format dates and timestamps by one variable under two locks, and a timestamp that
     * another session reads at the same moment gets the other's day (HSQLDB 2.7.4, {@code HsqlDateTime.sysDate}).
     */
    private static ColumnCodec date() {
        return ColumnCodec.date()
                .reading((rows, place) -> rows.getObject(place, LocalDate.class))
                .binding(Types.DATE, (statement, parameter, value) -> statement.setString(parameter, value.toString()))
                .checking(value -> checkDay((LocalDate) value));
    }

    private static ColumnCodec timestamp(int fractionDigits) {
        return ColumnCodec.timestamp(fractionDigits)
                .reading((rows, place) -> rows.getObject(place, LocalDateTime.class))
                .binding(
                        Types.TIMESTAMP,
                        (statement, parameter, value) ->
                                statement.setString(parameter, TIMESTAMP.format((LocalDateTime) value)))
                .checking(value -> checkDay(((LocalDateTime) value).toLocalDate()));
    }

    private static ColumnCodec instant(int fractionDigits) {
        return ColumnCodec.instant(fractionDigits)
                .reading((rows, place) -> {
                    OffsetDateTime value = rows.getObject(place, OffsetDateTime.class);
                    return value == null ? null : value.toInstant();
                })
                .binding(
                        Types.TIMESTAMP_WITH_TIMEZONE,
                        (statement, parameter, value) -> statement.setString(
                                parameter,
                                TIMESTAMP.format(LocalDateTime.ofInstant((Instant) value, ZoneOffset.UTC)) + "+0:00"))
                .checking(value -> checkDay(LocalDate.ofInstant((Instant) value, ZoneOffset.UTC)));
    }

    private static void checkDay(LocalDate day) {
        if (day.getYear() < 1 || day.getYear() > LAST_YEAR) {
            throw new ConversionException("HSQLDB has the years 1 to " + LAST_YEAR);
        }
        refuseSkippedDays(day);
    }

    private ColumnCodec array(String name) {
        Matcher matcher = ARRAY.matcher(name);
        Integer type = matcher.matches() ? ELEMENTS.get(matcher.group("element")) : null;
        return type == null
                ? ColumnCodec.text(FieldType.text())
                : ColumnCodec.array(
                        codec(new ColumnType(type, matcher.group("element"), 0, 0)), matcher.group("element"));
    }

    @Override
    public Optional<String> columnType(FieldType type, boolean isKey) {
        if (type instanceof FieldType.Text text && text.maxLength() == Integer.MAX_VALUE) {
            return Optional.of("longvarchar");
        }
        if (type instanceof FieldType.Whole whole && whole.bits() == 8) {
            return Optional.of("tinyint");
        }
        if (type instanceof FieldType.Real) {
            return Optional.of("double");
        }
        if (type instanceof FieldType.Uuid) {
            return Optional.of("uuid");
        }
        if (type instanceof FieldType.Binary binary && binary.maxLength() == Integer.MAX_VALUE) {
            return Optional.of("blob");
        }
        return super.columnType(type, isKey);
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

    @Override
    public Optional<String> culprit(SQLException failure) {
        return named(CULPRIT, failure);
    }
}
