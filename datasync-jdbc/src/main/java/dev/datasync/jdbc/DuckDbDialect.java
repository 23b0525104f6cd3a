package dev.datasync.jdbc;

import dev.datasync.row.ConversionException;
import dev.datasync.row.FieldType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jooq.SQLDialect;

/** DuckDB, from version 1.4 on. */
final class DuckDbDialect extends StandardDialect {

    /** A product in the same process has no limit of its own; this many are parsed and planned quickly. */
    private static final int MOST_BINDS = 10_000;

    private static final BigDecimal GREATEST_HUGE_INTEGER =
            new BigDecimal(BigInteger.TWO.pow(127).subtract(BigInteger.ONE));

    private static final BigDecimal LEAST_HUGE_INTEGER =
            new BigDecimal(BigInteger.TWO.pow(127).negate());

    private static final int HUGE_DIGITS = 39;

    /** For example {@code DECIMAL(9,2)}. */
    private static final Pattern DECIMAL = Pattern.compile("DECIMAL\\((?<precision>\\d+),(?<scale>\\d+)\\)");

    /** For example {@code INTEGER[]} or {@code VARCHAR[3]}. */
    private static final Pattern ARRAY = Pattern.compile("(?<element>[^\\[\\]]+)\\[\\d*]");

    private static final Map<String, Integer> ELEMENTS = Map.ofEntries(
            Map.entry("BOOLEAN", Types.BOOLEAN),
            Map.entry("TINYINT", Types.TINYINT),
            Map.entry("SMALLINT", Types.SMALLINT),
            Map.entry("INTEGER", Types.INTEGER),
            Map.entry("BIGINT", Types.BIGINT),
            Map.entry("FLOAT", Types.REAL),
            Map.entry("DOUBLE", Types.DOUBLE),
            Map.entry("VARCHAR", Types.VARCHAR));

    /** DuckDB's own last and first day; those beyond them are its infinities. */
    private static final int FIRST_YEAR = -5_877_641;

    private static final int LAST_YEAR = 5_881_580;

    private static final DateTimeFormatter TIME_OF_DAY = DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSSSSS", Locale.ROOT);

    private static final DateTimeFormatter TIME_WITH_OFFSET = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .appendOffset("+HH:MM", "+00:00")
            .toFormatter(Locale.ROOT);

    DuckDbDialect() {
        super(SQLDialect.DUCKDB);
    }

    @Override
    public ColumnCodec codec(ColumnType column) {
        String name = column.typeName();
        if (column.jdbcType() == Types.ARRAY) {
            return array(name);
        }
        Matcher decimal = DECIMAL.matcher(name);
        if (decimal.matches()) {
            return ColumnCodec.decimal(FieldType.decimal(
                    Integer.parseInt(decimal.group("precision")), Integer.parseInt(decimal.group("scale"))));
        }
        return switch (name) {
            case "TINYINT" -> ColumnCodec.integer(8);
            case "UTINYINT" -> unsigned(ColumnCodec.integer(16), 0xFFL);
            case "USMALLINT" -> unsigned(ColumnCodec.integer(32), 0xFFFFL);
            case "UINTEGER" -> unsigned(ColumnCodec.integer(64), 0xFFFF_FFFFL);
            case "UBIGINT" -> whole(20, BigDecimal.ZERO, new BigDecimal("18446744073709551615"));
            case "HUGEINT" -> whole(HUGE_DIGITS, LEAST_HUGE_INTEGER, GREATEST_HUGE_INTEGER);
            case "UHUGEINT" ->
                whole(
                        HUGE_DIGITS,
                        BigDecimal.ZERO,
                        new BigDecimal(BigInteger.TWO.pow(128).subtract(BigInteger.ONE)));
            case "FLOAT" -> ColumnCodec.float32();
            case "DATE" -> date();
            case "TIME" -> ColumnCodec.time(6);
            case "TIMESTAMP" -> timestamp(6);
            case "TIMESTAMP_S" -> timestamp(0);
            case "TIMESTAMP_MS" -> timestamp(3);
            case "TIMESTAMP_NS" -> timestamp(9);
            case "TIMESTAMP WITH TIME ZONE" -> instant();
            case "UUID" -> ColumnCodec.uuid();
            case "BLOB" -> ColumnCodec.binary(column);
            case "TIME WITH TIME ZONE" -> timeWithZone();
            case "BOOLEAN", "SMALLINT", "INTEGER", "BIGINT", "DOUBLE" -> super.codec(column);
            // texts have no limit, whatever length was declared; the other types come and go as their texts
            default ->
                ColumnCodec.text(FieldType.text())
                        .checking(
                                name.startsWith("STRUCT") || name.startsWith("UNION")
                                        ? DuckDbDialect::refuse
                                        : StandardDialect::refuseHalfPairs);
        };
    }

    private static ColumnCodec unsigned(ColumnCodec codec, long greatest) {
        return codec.checking(value -> {
            long number = (Long) value;
            if (number < 0 || number > greatest) {
                throw new ConversionException("a number is outside the range 0 to " + greatest);
            }
        });
    }

    /** Bound as a text: the driver makes a floating-point number of one with more than 38 digits. */
    private static ColumnCodec whole(int digits, BigDecimal least, BigDecimal greatest) {
        return ColumnCodec.decimal(FieldType.decimal(digits, 0))
                .binding(
                        Types.NUMERIC,
                        (statement, parameter, value) ->
                                statement.setString(parameter, ((BigDecimal) value).toPlainString()))
                .checking(value -> {
                    BigDecimal number = (BigDecimal) value;
                    if (number.compareTo(least) < 0 || number.compareTo(greatest) > 0) {
                        throw new ConversionException("a number is outside the range " + least + " to " + greatest);
                    }
                });
    }

    /** Bound as a text: the driver drops the sign of a year before the year 1. */
    private static ColumnCodec date() {
        return ColumnCodec.date()
                .reading((rows, place) -> {
                    // asked for a class, the driver takes a detour that loses signs and days
                    LocalDate value = (LocalDate) rows.getObject(place);
                    if (value != null && (value.getYear() <= FIRST_YEAR || value.toEpochDay() == Integer.MAX_VALUE)) {
                        throw new ConversionException("it holds infinity, which is no point in time");
                    }
                    return value;
                })
                .binding(
                        Types.DATE,
                        (statement, parameter, value) -> statement.setString(parameter, text((LocalDate) value)))
                .checking(value -> checkYear(((LocalDate) value).getYear()));
    }

    private static String text(LocalDate date) {
        int year = date.getYear();
        return String.format(
                Locale.ROOT,
                "%04d-%02d-%02d%s",
                year > 0 ? year : 1 - year,
                date.getMonthValue(),
                date.getDayOfMonth(),
                year > 0 ? "" : " (BC)");
    }

    private static void checkYear(int year) {
        if (year < FIRST_YEAR || year > LAST_YEAR) {
            throw new ConversionException("the year is outside of what DuckDB can store");
        }
    }

    /** Bound as a text: the driver drops nanoseconds and the sign of years. */
    private static ColumnCodec timestamp(int fractionDigits) {
        FieldType type = FieldType.timestamp(fractionDigits);
        return ColumnCodec.timestamp(fractionDigits)
                .reading((rows, place) -> {
                    LocalDateTime value = rows.getObject(place, LocalDateTime.class);
                    return value == null ? null : type.convert(finite(value, value.toEpochSecond(ZoneOffset.UTC)));
                })
                .binding(
                        Types.TIMESTAMP,
                        (statement, parameter, value) -> statement.setString(parameter, text((LocalDateTime) value)))
                .checking(value ->
                        checkRange(((LocalDateTime) value).toEpochSecond(ZoneOffset.UTC), fractionDigits == 9));
    }

    private static String text(LocalDateTime value) {
        return text(value.toLocalDate()) + " " + TIME_OF_DAY.format(value);
    }

    private static ColumnCodec instant() {
        FieldType type = FieldType.instant(6);
        return ColumnCodec.instant(6)
                .reading((rows, place) -> {
                    OffsetDateTime value = rows.getObject(place, OffsetDateTime.class);
                    return value == null ? null : type.convert(finite(value, value.toEpochSecond()));
                })
                .binding(Types.TIMESTAMP_WITH_TIMEZONE, (statement, parameter, value) -> {
                    LocalDateTime utc =
                            ((Instant) value).atOffset(ZoneOffset.UTC).toLocalDateTime();
                    String text = text(utc);
                    statement.setString(
                            parameter,
                            text.endsWith(" (BC)")
                                    ? text.substring(0, text.length() - " (BC)".length()) + "+00 (BC)"
                                    : text + "+00");
                })
                .checking(value -> checkRange(((Instant) value).getEpochSecond(), false));
    }

    /** The seconds that 64 bits of microseconds and of nanoseconds hold, less one for the infinities at both ends. */
    private static final long MOST_SECONDS = Long.MAX_VALUE / 1_000_000 - 1;

    private static final long MOST_SECONDS_OF_NANOS = Long.MAX_VALUE / 1_000_000_000 - 1;

    private static ColumnCodec timeWithZone() {
        return ColumnCodec.text(FieldType.text()).reading((rows, place) -> {
            OffsetTime value = rows.getObject(place, OffsetTime.class);
            return value == null ? null : TIME_WITH_OFFSET.format(value);
        });
    }

    private static void refuse(Object value) {
        throw new ConversionException("columns of this type are read and not written");
    }

    private static void checkRange(long seconds, boolean isNanoseconds) {
        if (Math.abs(seconds) > (isNanoseconds ? MOST_SECONDS_OF_NANOS : MOST_SECONDS)) {
            throw new ConversionException("a point in time is outside of what the column can store");
        }
    }

    private static <T> T finite(T value, long seconds) {
        if (Math.abs(seconds) > MOST_SECONDS) {
            throw new ConversionException("it holds infinity, which is no point in time");
        }
        return value;
    }

    private ColumnCodec array(String name) {
        Matcher matcher = ARRAY.matcher(name);
        if (!matcher.matches()) {
            return ColumnCodec.text(FieldType.text());
        }
        String element = matcher.group("element");
        Integer type = DECIMAL.matcher(element).matches() ? Integer.valueOf(Types.DECIMAL) : ELEMENTS.get(element);
        // of elements whose text is not plain, the whole list is a text
        return type == null
                ? ColumnCodec.text(FieldType.text())
                : ColumnCodec.array(codec(new ColumnType(type, element, 0, 0)), element);
    }

    @Override
    public Optional<String> columnType(FieldType type, boolean isKey) {
        if (type instanceof FieldType.Text) {
            return Optional.of("varchar");
        }
        if (type instanceof FieldType.Whole whole) {
            return Optional.of(
                    switch (whole.bits()) {
                        case 8 -> "tinyint";
                        case 16 -> "smallint";
                        case 32 -> "integer";
                        default -> "bigint";
                    });
        }
        if (type instanceof FieldType.Decimal decimal) {
            return decimal.precision() == 0 || decimal.precision() > 38 || decimal.scale() < 0
                    ? Optional.empty()
                    : Optional.of("decimal(" + decimal.precision() + "," + decimal.scale() + ")");
        }
        if (type instanceof FieldType.Real real) {
            return Optional.of(real.bits() == 32 ? "float" : "double");
        }
        if (type instanceof FieldType.Clock clock) {
            return clock.fractionDigits() > 6 ? Optional.empty() : Optional.of("time");
        }
        if (type instanceof FieldType.Timestamp timestamp) {
            return Optional.of(
                    switch (timestamp.fractionDigits()) {
                        case 0 -> "timestamp_s";
                        case 1, 2, 3 -> "timestamp_ms";
                        case 4, 5, 6 -> "timestamp";
                        default -> "timestamp_ns";
                    });
        }
        if (type instanceof FieldType.Moment moment) {
            return moment.fractionDigits() > 6 ? Optional.empty() : Optional.of("timestamp with time zone");
        }
        if (type instanceof FieldType.Uuid) {
            return Optional.of("uuid");
        }
        if (type instanceof FieldType.Binary) {
            return Optional.of("blob");
        }
        if (type instanceof FieldType.Sequence sequence) {
            return columnType(sequence.element(), false)
                    .filter(element -> !element.endsWith("]"))
                    .map(element -> element + "[]");
        }
        return super.columnType(type, isKey);
    }

    @Override
    public Set<String> computedColumns(Connection connection, TableName table) throws SQLException {
        return new HashSet<>(names(
                connection,
                "select column_name from information_schema.columns where table_catalog = ? and table_schema = ? and"
                        + " table_name = ? and is_generated = 'ALWAYS'",
                table.catalog(),
                table.schema(),
                table.name()));
    }

    @Override
    public boolean ordersAsEngine(FieldType type) {
        return ordersTimesAsEngine(type);
    }

    /** A transaction of DuckDB sees one state from its beginning to its end. */
    @Override
    public void beginReading(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // the driver has begun a transaction that may write, and cannot be told otherwise
            statement.execute("rollback");
            statement.execute("begin transaction read only");
        }
    }

    /** The driver keeps all rows of a result in memory, whatever the fetch size is, unless a setting says otherwise. */
    @Override
    public Undo prepare(Connection connection, Session.Access access) throws SQLException {
        if (access == Session.Access.WRITE || isStreaming(connection)) {
            return () -> {};
        }
        set(connection, "set session jdbc_stream_results = true");
        return () -> set(connection, "set session jdbc_stream_results = false");
    }

    private static boolean isStreaming(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select value from duckdb_settings() where name = 'jdbc_stream_results'")) {
            return rows.next() && rows.getBoolean(1);
        } finally {
            end(connection);
        }
    }

    private static void set(Connection connection, String setting) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(setting);
        } finally {
            end(connection);
        }
    }

    /** Without auto-commit every statement begins a transaction. */
    private static void end(Connection connection) throws SQLException {
        if (!connection.getAutoCommit()) {
            connection.rollback();
        }
    }

    @Override
    public void stream(PreparedStatement statement, int rows) {
        // the session was prepared for it
    }

    /**
     * Rolls back. When a commit fails, DuckDB has ended the transaction but the driver has not noticed, so that it can
     * neither roll back nor begin another one.
     */
    @Override
    public void rollBack(Connection connection) throws SQLException {
        try {
            connection.rollback();
        } catch (SQLException e) {
            if (!DuckDbState.of(e).equals("25000")) {
                throw e;
            }
            try (Statement statement = connection.createStatement()) {
                statement.execute("begin transaction");
            }
            connection.rollback();
        }
    }

    @Override
    public boolean hasSavepoints() {
        return false;
    }

    @Override
    public int mostBinds() {
        return MOST_BINDS;
    }

    @Override
    public Optional<BulkPath> bulkPath(Session session, TableDefinition table, ChangeBinder binder)
            throws SQLException {
        return DuckDbAppender.of(session, table, binder);
    }
}
