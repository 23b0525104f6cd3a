package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;
import dev.datasync.jdbc.database.TestDatabase;
import dev.datasync.row.FieldType;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;

@Tag("long")
class PostgresTypeRoundTripTest extends TypeRoundTripScenarios {

    private static final LocalDate FIRST = LocalDate.of(-4711, 1, 1);
    private static final LocalDate LAST = LocalDate.of(290_000, 12, 31);
    private static final Values INSTANTS =
            Values.instants(Instant.parse("-4711-01-01T00:00:00Z"), Instant.parse("+290000-12-31T23:59:59.999Z"));

    @Override
    Product product() {
        return Product.POSTGRESQL;
    }

    @Override
    void prepare(TestDatabase empty) {
        empty.execute(
                "create type mood as enum ('happy', 'so-so')",
                "create domain percentage as numeric(5,2) check (value <= 100)");
    }

    @Override
    List<TypeColumn> columns() {
        return List.of(
                new TypeColumn("smallint", FieldType.integer(16), Values.integers(Short.MIN_VALUE, Short.MAX_VALUE)),
                new TypeColumn("int", FieldType.integer(32), Values.integers(Integer.MIN_VALUE, Integer.MAX_VALUE)),
                new TypeColumn("bigint", FieldType.integer(64), Values.integers(Long.MIN_VALUE, Long.MAX_VALUE)),
                new TypeColumn("oid", FieldType.integer(64), Values.integers(0, 4_294_967_295L)),
                new TypeColumn(
                        "numeric(9,2)",
                        FieldType.decimal(9, 2),
                        Values.decimals(9, 2).and("1.005", 7)),
                new TypeColumn("numeric(5)", FieldType.decimal(5, 0), Values.decimals(5, 0)),
                new TypeColumn("numeric(3,5)", FieldType.decimal(3, 5), Values.of("0.00123", "-0.00999", 0)),
                new TypeColumn(
                        "numeric",
                        FieldType.decimal(),
                        Values.decimals(200, 100).and(new BigDecimal("1E+30"))),
                new TypeColumn("percentage", FieldType.decimal(5, 2), Values.of("100", "-99.9", "0.01")),
                new TypeColumn("real", FieldType.float32(), Values.floats().and(Double.NaN, Float.NEGATIVE_INFINITY)),
                new TypeColumn(
                        "double precision",
                        FieldType.float64(),
                        Values.doubles().and(Double.NaN, Double.MIN_VALUE, Double.POSITIVE_INFINITY)),
                new TypeColumn("boolean", FieldType.bool(), Values.bools()),
                new TypeColumn("bit", FieldType.bool(), Values.bools()),
                new TypeColumn("bit(3)", FieldType.text(), Values.of("000", "101")),
                new TypeColumn("varbit", FieldType.text(), Values.of("", "1", "00000")),
                new TypeColumn("char(9)", FieldType.paddedText(9), Values.unicodeTexts(9)),
                new TypeColumn("varchar(200)", FieldType.text(200), Values.unicodeTexts(200)),
                new TypeColumn("varchar", FieldType.text(), Values.unicodeTexts(1_000)),
                new TypeColumn("text", FieldType.text(), Values.unicodeTexts(100_000)),
                new TypeColumn("date", FieldType.date(), Values.dates(FIRST, LAST)),
                new TypeColumn("time", FieldType.time(6), Values.times()),
                new TypeColumn("time(3)", FieldType.time(3), Values.times()),
                new TypeColumn("timetz", FieldType.text(), Values.of("10:00:00+02", "23:59:59.123456-05:30")),
                new TypeColumn("timestamp", FieldType.timestamp(6), Values.timestamps(FIRST, LAST)),
                new TypeColumn("timestamp(0)", FieldType.timestamp(0), Values.timestamps(FIRST, LAST)),
                new TypeColumn("timestamptz", FieldType.instant(6), INSTANTS),
                new TypeColumn("timestamptz(2)", FieldType.instant(2), INSTANTS),
                new TypeColumn("interval", FieldType.text(), Values.of("1 day", "00:00:01")),
                new TypeColumn("uuid", FieldType.uuid(), Values.uuids()),
                new TypeColumn("bytea", FieldType.binary(), Values.binaries(100_000)),
                new TypeColumn("json", FieldType.json(), Values.of("{\"b\": 1, \"a\":2}", "[1,null]", "\"x\"")),
                new TypeColumn("jsonb", FieldType.json(), Values.of("{\"a\": 1, \"b\": 2}", "[1, null]", "\"x\"")),
                new TypeColumn("xml", FieldType.text(), Values.of("<a/>", "<b>c</b>")),
                new TypeColumn("mood", FieldType.text(), Values.of("happy", "so-so")),
                new TypeColumn("inet", FieldType.text(), Values.of("10.0.0.1", "::1")),
                new TypeColumn("money", FieldType.text(), Values.of("$1.50", "-$1,000.00")),
                new TypeColumn("int4range", FieldType.text(), Values.of("[1,3)", "empty")),
                new TypeColumn(
                        "int[]", FieldType.list(FieldType.integer(32)), Values.lists(Values.integers(-1_000, 1_000))),
                new TypeColumn("text[]", FieldType.list(FieldType.text()), Values.lists(Values.unicodeTexts(20))),
                new TypeColumn(
                        "numeric(9,2)[]", FieldType.list(FieldType.decimal(9, 2)), Values.lists(Values.decimals(9, 2))),
                new TypeColumn(
                        "timestamptz[]",
                        FieldType.list(FieldType.instant(6)),
                        Values.lists(Values.instants(Instant.EPOCH, Instant.parse("2100-01-01T00:00:00Z")))),
                new TypeColumn(
                        "mood[]",
                        FieldType.list(FieldType.text()),
                        Values.of(Arrays.asList("happy", null), List.of())));
    }
}
