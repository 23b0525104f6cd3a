package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;
import dev.datasync.row.FieldType;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Tag;

@Tag("long")
class DuckDbTypeRoundTripTest extends TypeRoundTripScenarios {

    private static final Values DATES = Values.dates(LocalDate.of(-4_712, 1, 1), LocalDate.of(99_999, 12, 31));
    private static final Values TIMESTAMPS =
            Values.timestamps(LocalDate.of(-4_712, 1, 1), LocalDate.of(99_999, 12, 31));
    private static final Values TIMESTAMPS_OF_NANOSECONDS =
            Values.timestamps(LocalDate.of(1_678, 1, 1), LocalDate.of(2_261, 12, 31));

    @Override
    Product product() {
        return Product.DUCKDB;
    }

    @Override
    List<TypeColumn> columns() {
        return List.of(
                new TypeColumn("boolean", FieldType.bool(), Values.bools()),
                new TypeColumn("tinyint", FieldType.integer(8), Values.integers(-128, 127)),
                new TypeColumn("smallint", FieldType.integer(16), Values.integers(Short.MIN_VALUE, Short.MAX_VALUE)),
                new TypeColumn("integer", FieldType.integer(32), Values.integers(Integer.MIN_VALUE, Integer.MAX_VALUE)),
                new TypeColumn("bigint", FieldType.integer(64), Values.integers(Long.MIN_VALUE, Long.MAX_VALUE)),
                new TypeColumn("utinyint", FieldType.integer(16), Values.integers(0, 255)),
                new TypeColumn("usmallint", FieldType.integer(32), Values.integers(0, 65_535)),
                new TypeColumn("uinteger", FieldType.integer(64), Values.integers(0, 4_294_967_295L)),
                new TypeColumn(
                        "ubigint",
                        FieldType.decimal(20, 0),
                        Values.integers(0, Long.MAX_VALUE - 1).and(new BigDecimal("18446744073709551615"))),
                new TypeColumn(
                        "hugeint",
                        FieldType.decimal(39, 0),
                        Values.decimals(38, 0)
                                .and(
                                        new BigDecimal("170141183460469231731687303715884105727"),
                                        new BigDecimal("-170141183460469231731687303715884105727"))),
                new TypeColumn(
                        "uhugeint",
                        FieldType.decimal(39, 0),
                        Values.integers(0, Long.MAX_VALUE - 1)
                                .and(new BigDecimal("340282366920938463463374607431768211455"))),
                new TypeColumn(
                        "decimal(9,2)",
                        FieldType.decimal(9, 2),
                        Values.decimals(9, 2).and("1.005", 7)),
                new TypeColumn("decimal(38,10)", FieldType.decimal(38, 10), Values.decimals(38, 10)),
                new TypeColumn("decimal", FieldType.decimal(18, 3), Values.decimals(18, 3)),
                new TypeColumn("float", FieldType.float32(), Values.floats().and(Float.NaN, Float.NEGATIVE_INFINITY)),
                new TypeColumn(
                        "double", FieldType.float64(), Values.doubles().and(Double.NaN, Double.POSITIVE_INFINITY)),
                new TypeColumn("varchar", FieldType.text(), Values.unicodeTexts(100_000)),
                new TypeColumn("varchar(9)", FieldType.text(), Values.unicodeTexts(50)),
                new TypeColumn("char(9)", FieldType.text(), Values.unicodeTexts(50)),
                new TypeColumn("json", FieldType.text(), Values.of("{\"b\": 1, \"a\":2}", "[1, null]", "7", "null")),
                new TypeColumn("enum('a', 'b')", FieldType.text(), Values.of("a", "b")),
                new TypeColumn("bit", FieldType.text(), Values.of("0", "1", "0101", "1".repeat(100))),
                new TypeColumn("interval", FieldType.text(), Values.of("1 month 2 days", "00:00:01.5", "3 years")),
                new TypeColumn(
                        "time with time zone", FieldType.text(), Values.of("10:00:00+02:00", "23:59:59.5+00:00")),
                new TypeColumn("date", FieldType.date(), DATES),
                new TypeColumn("time", FieldType.time(6), Values.times()),
                new TypeColumn("timestamp", FieldType.timestamp(6), TIMESTAMPS),
                new TypeColumn("timestamp_s", FieldType.timestamp(0), TIMESTAMPS),
                new TypeColumn("timestamp_ms", FieldType.timestamp(3), TIMESTAMPS),
                new TypeColumn("timestamp_ns", FieldType.timestamp(9), TIMESTAMPS_OF_NANOSECONDS),
                new TypeColumn(
                        "timestamp with time zone",
                        FieldType.instant(6),
                        Values.instants(
                                Instant.parse("-4712-01-01T00:00:00Z"),
                                Instant.parse("+99999-12-31T23:59:59.999999Z"))),
                new TypeColumn("uuid", FieldType.uuid(), Values.uuids()),
                new TypeColumn("blob", FieldType.binary(), Values.binaries(100_000)),
                new TypeColumn(
                        "integer[]",
                        FieldType.list(FieldType.integer(32)),
                        Values.lists(Values.integers(Integer.MIN_VALUE, Integer.MAX_VALUE))),
                new TypeColumn("varchar[]", FieldType.list(FieldType.text()), Values.lists(Values.unicodeTexts(20))),
                new TypeColumn("double[]", FieldType.list(FieldType.float64()), Values.lists(Values.doubles())),
                new TypeColumn("boolean[]", FieldType.list(FieldType.bool()), Values.lists(Values.bools())),
                new TypeColumn("date[]", FieldType.text(), Values.of("[2024-02-29, 1970-01-01]", "[]")),
                new TypeColumn("integer[][]", FieldType.text(), Values.of("[[1, 2], [3]]", "[]")),
                new TypeColumn("map(integer, integer)", FieldType.text(), Values.of("{1=2}", "{}")));
    }
}
