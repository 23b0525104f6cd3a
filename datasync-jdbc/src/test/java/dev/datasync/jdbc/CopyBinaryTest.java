package dev.datasync.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.jdbc.database.PostgresDatabase;
import dev.datasync.row.FieldType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.core.Oid;

/** What the server makes of a value in binary is what it makes of its text, also when it refuses it. */
class CopyBinaryTest {

    private static final String TEXT = "text";
    private static final String BINARY = "binary";

    private static PostgresDatabase database;
    private static Connection connection;

    private final long seed = Long.getLong("datasync.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @BeforeAll
    static void open() throws SQLException {
        database = new PostgresDatabase();
        connection = database.dataSource().getConnection();
    }

    @AfterAll
    static void close() throws SQLException {
        connection.close();
        database.close();
    }

    /** A column and values for it, some of which the server refuses. */
    private record Case(String sqlType, FieldType type, List<?> values) {

        @Override
        public String toString() {
            return sqlType;
        }
    }

    static List<Case> cases() {
        List<?> texts = Arrays.asList(
                null,
                "",
                " ",
                "abc",
                "abc  ",
                "ab  ",
                "abcd",
                "\\N",
                "\\",
                "a\tb",
                "\r\n",
                "ä€😀",
                "ä€😀x",
                "\udbff\udfff\uffff",
                "\u0000",
                "a\u0000",
                "\ud83d",
                "\ude00x",
                "x".repeat(70_000),
                "ä€😀".repeat(10_000));
        List<?> numbers = List.of(
                "0",
                "0.00",
                "0E+5",
                "0E-7",
                "1",
                "-1",
                "10000",
                "9999",
                "0.0001",
                "0.00001",
                "1.005",
                "-1.005",
                "999.994",
                "999.995",
                "1E+3",
                "1E+30",
                "1E-30",
                "123456789.123456789",
                "0.1",
                "-0.12345",
                "9223372036854775807",
                "-9223372036854775808",
                "9223372036854775808",
                "922337203685477.5807",
                "0.9223372036854775807",
                "12.000",
                "1E-16",
                "1E-17",
                "9.999999999999999999E+16",
                "1E-16383",
                "1E-16384",
                "1E+131071",
                "1E+131072",
                "1E+2000000000",
                "1E-2000000000",
                "4.2E+131000",
                "12345678901234567890.0001");
        List<BigDecimal> decimals =
                numbers.stream().map(text -> new BigDecimal((String) text)).toList();
        // what a column has too many digits for was rounded before
        List<BigDecimal> rounded =
                decimals.stream().filter(number -> number.scale() <= 16_383).toList();
        List<?> whole = List.of(0L, 1L, -1L);
        List<?> json = Arrays.asList(null, "{}", "[1,\"ä\\n\"]", "{\"a\":1.10,\"b\":[]}", "\"\\u0000\"", "no json", "");
        List<LocalDate> days = List.of(
                LocalDate.EPOCH,
                LocalDate.of(2000, 1, 1),
                LocalDate.of(1999, 12, 31),
                LocalDate.of(0, 2, 29),
                LocalDate.of(-43, 3, 15),
                LocalDate.of(-4713, 11, 24),
                LocalDate.of(-4713, 11, 23),
                LocalDate.of(294_276, 12, 31),
                LocalDate.of(294_277, 1, 1),
                LocalDate.of(5_874_897, 12, 31),
                LocalDate.of(5_874_898, 1, 1),
                LocalDate.ofEpochDay(Integer.MAX_VALUE + 10_957L),
                LocalDate.ofEpochDay(Integer.MIN_VALUE + 10_957L),
                LocalDate.MAX,
                LocalDate.MIN);
        List<LocalTime> times = List.of(
                LocalTime.MIDNIGHT,
                LocalTime.of(1, 2, 3),
                LocalTime.of(1, 2, 3, 123_456_000),
                LocalTime.of(23, 59, 59, 999_999_000),
                LocalTime.of(23, 59, 59, 999_500_000));
        List<LocalDateTime> timestamps = new ArrayList<>();
        for (LocalDate day : days) {
            times.forEach(time -> timestamps.add(day.atTime(time)));
        }
        timestamps.add(LocalDateTime.of(2000, 1, 1, 0, 0));
        List<Instant> instants = timestamps.stream()
                .map(at -> at.toInstant(java.time.ZoneOffset.UTC))
                .toList();
        return List.of(
                new Case("boolean", FieldType.bool(), Arrays.asList(true, false, null)),
                new Case("smallint", FieldType.integer(16), and(whole, (long) Short.MIN_VALUE, (long) Short.MAX_VALUE)),
                new Case("integer", FieldType.integer(32), and(whole, (long) Integer.MIN_VALUE, (long)
                        Integer.MAX_VALUE)),
                new Case("bigint", FieldType.integer(64), and(whole, Long.MIN_VALUE, Long.MAX_VALUE)),
                new Case(
                        "real",
                        FieldType.float32(),
                        List.of(
                                0.0,
                                (double) 0.1f,
                                -1.5,
                                (double) Float.MAX_VALUE,
                                (double) Float.MIN_VALUE,
                                Double.NaN,
                                Double.POSITIVE_INFINITY,
                                Double.NEGATIVE_INFINITY)),
                new Case(
                        "double precision",
                        FieldType.float64(),
                        List.of(
                                0.0,
                                -0.0,
                                0.1,
                                2e-3,
                                1.0E22,
                                Double.MAX_VALUE,
                                Double.MIN_VALUE,
                                Double.NaN,
                                Double.POSITIVE_INFINITY,
                                Double.NEGATIVE_INFINITY)),
                new Case("numeric", FieldType.decimal(), decimals),
                new Case("numeric(5,2)", FieldType.decimal(), rounded),
                new Case("numeric(12,2)", FieldType.decimal(12, 2), rounded),
                new Case("numeric(3,5)", FieldType.decimal(3, 5), rounded),
                new Case("numeric(3,-2)", FieldType.decimal(5, 0), rounded),
                new Case("text", FieldType.text(), texts),
                new Case("varchar", FieldType.text(), texts),
                new Case("varchar(3)", FieldType.text(3), texts),
                new Case("char(3)", FieldType.paddedText(3), texts),
                new Case("json", FieldType.json(), json),
                new Case("jsonb", FieldType.json(), json),
                new Case(
                        "bytea",
                        FieldType.binary(),
                        Arrays.asList(new byte[0], new byte[] {0, -1, 92}, new byte[100_000], null)),
                new Case("uuid", FieldType.uuid(), List.of(new UUID(0, 0), new UUID(-1, 1), new UUID(1, -1))),
                new Case("date", FieldType.date(), days),
                new Case("time", FieldType.time(6), times),
                new Case("time(3)", FieldType.time(6), times),
                new Case("timestamp", FieldType.timestamp(6), timestamps),
                new Case("timestamp(0)", FieldType.timestamp(6), timestamps),
                new Case("timestamptz", FieldType.instant(6), instants),
                new Case("timestamptz(2)", FieldType.instant(6), instants));
    }

    private static List<Object> and(List<?> values, Object... more) {
        List<Object> all = new ArrayList<>(values);
        all.addAll(Arrays.asList(more));
        return all;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void the_server_makes_of_a_value_what_it_makes_of_its_text(Case column) throws SQLException {
        create(column.sqlType());
        int stored = 0;
        for (int i = 0; i < column.values().size(); i++) {
            List<Object> value = new ArrayList<>();
            value.add(column.values().get(i));
            String byText = copy(TEXT, column, value);
            String byBinary = copy(BINARY, column, value);

            assertThat(kind(byBinary)).as("value %d of %s", i, column).isEqualTo(kind(byText));
            stored += byText.isEmpty() ? 1 : 0;
        }
        assertThat(stored).isPositive();
        assertSame(column.sqlType());
    }

    /** What is refused before it is sent has a code of its own; in the end, a statement decides. */
    private static String kind(String state) {
        return state.replace(SqlState.OUT_OF_RANGE, "out of range").replace("22008", "out of range");
    }

    @Test
    void numbers_of_any_size_are_what_their_texts_are() throws SQLException {
        create("numeric");
        Case column = new Case("numeric", FieldType.decimal(), List.of());
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            int bits = random.nextInt(i % 10 == 0 ? 2_000 : 70);
            int scale = i % 20 == 0 ? random.nextInt(-500, 500) : random.nextInt(-4, 24);
            BigDecimal value = new BigDecimal(new BigInteger(bits, random), scale);
            values.add(random.nextBoolean() ? value : value.negate());
        }
        // the second one begins in the middle of the buffer and needs more than the rest of it
        values.add(BigDecimal.TEN.pow(80_000).subtract(BigDecimal.ONE));
        values.add(BigDecimal.TEN.pow(96_000).subtract(BigDecimal.ONE).movePointLeft(3));
        assertThat(copy(TEXT, column, values)).isEmpty();
        assertThat(copy(BINARY, column, values)).as("seed %d", seed).isEmpty();
        assertSame("numeric, seed " + seed);
    }

    @Test
    void texts_of_all_lengths_are_what_they_are_also_where_the_buffer_ends() throws SQLException {
        create("text");
        Case column = new Case("text", FieldType.text(), List.of());
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            values.add(random.nextInt(9) == 0 ? null : ("x".repeat(random.nextInt(100)) + "ä€😀").repeat(i % 50));
        }
        for (int units = 4_090; units < 4_100; units++) {
            values.add("a".repeat(units) + "😀".repeat(5_000));
        }
        assertThat(copy(TEXT, column, values)).isEmpty();
        assertThat(copy(BINARY, column, values)).as("seed %d", seed).isEmpty();
        assertSame("text, seed " + seed);
    }

    @Test
    void only_types_of_the_server_itself_whose_values_fit_have_a_form() {
        Map<FieldType, Integer> wrong = new LinkedHashMap<>();
        wrong.put(FieldType.integer(32), Oid.INT2);
        wrong.put(FieldType.integer(64), Oid.INT4);
        wrong.put(FieldType.text(), Oid.NAME);
        wrong.put(FieldType.float64(), Oid.FLOAT4);
        wrong.put(FieldType.bool(), Oid.BIT);
        wrong.put(FieldType.time(9), Oid.TIME);
        wrong.put(FieldType.timestamp(9), Oid.TIMESTAMP);
        wrong.put(FieldType.instant(9), Oid.TIMESTAMPTZ);
        wrong.put(FieldType.list(FieldType.text()), Oid.TEXT_ARRAY);
        wrong.put(FieldType.date(), Oid.TIMESTAMP);
        wrong.put(FieldType.decimal(), Oid.MONEY);
        wrong.put(FieldType.json(), 16_400);
        wrong.forEach((type, oid) -> assertThat(CopyBinary.Form.of(oid, type))
                .as("%s for %d", type, oid)
                .isNull());
    }

    private static void create(String sqlType) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String form : List.of(TEXT, BINARY)) {
                statement.execute("drop table if exists by_" + form);
                statement.execute("create table by_" + form + " (id serial, c " + sqlType + ")");
            }
        }
    }

    /** Copies rows of one value each, and returns the code of the failure, or nothing. */
    private static String copy(String form, Case column, List<Object> values) throws SQLException {
        CopyIn copy = connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("copy by_" + form + " (c) from stdin (format " + form + ")");
        CopyText.Receiver receiver = (bytes, length) -> copy.writeToCopy(bytes, 0, length);
        try {
            if (form.equals(BINARY)) {
                CopyBinary.Form sent = CopyBinary.Form.of(oid(column.sqlType()), column.type());
                assertThat(sent).as("form of %s", column).isNotNull();
                CopyBinary binary = new CopyBinary(new CopyBinary.Form[] {sent}, receiver);
                for (Object value : values) {
                    binary.beginRow();
                    binary.value(0, value);
                }
                binary.end();
            } else {
                CopyText text = new CopyText(receiver);
                for (Object value : values) {
                    text.value(column.type(), value);
                    text.endRow();
                }
                text.flush();
            }
            assertThat(copy.endCopy()).isEqualTo(values.size());
            return "";
        } catch (SQLException e) {
            return e.getSQLState();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    private static long oid(String sqlType) throws SQLException {
        return switch (sqlType.replaceAll("\\(.*", "")) {
            case "boolean" -> Oid.BOOL;
            case "smallint" -> Oid.INT2;
            case "integer" -> Oid.INT4;
            case "bigint" -> Oid.INT8;
            case "real" -> Oid.FLOAT4;
            case "double precision" -> Oid.FLOAT8;
            case "char" -> Oid.BPCHAR;
            default -> Oid.valueOf(sqlType.replaceAll("\\(.*", ""));
        };
    }

    private void assertSame(String what) throws SQLException {
        // the rows that were refused have numbers too
        try (PreparedStatement statement = connection.prepareStatement("select count(*), count(*) filter (where not"
                        + " row(t.c)::record operator(pg_catalog.*=) row(b.c)::record or t.c is null <> (b.c is null)) from (select"
                        + " row_number() over (order by id) n, c from by_text) t full join (select row_number() over"
                        + " (order by id) n, c from by_binary) b using (n)");
                ResultSet rows = statement.executeQuery()) {
            rows.next();
            assertThat(rows.getInt(1)).as("rows of %s", what).isPositive();
            assertThat(rows.getInt(2)).as("other values of %s", what).isZero();
        }
    }
}
