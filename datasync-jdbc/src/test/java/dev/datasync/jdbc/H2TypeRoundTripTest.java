package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;
import dev.datasync.row.FieldType;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

class H2TypeRoundTripTest extends TypeRoundTripScenarios {

    private static final LocalDate FIRST = LocalDate.of(-4711, 1, 1);
    private static final LocalDate LAST = LocalDate.of(99_999, 12, 31);
    private static final Values INSTANTS =
            Values.instants(Instant.parse("-4711-01-01T00:00:00Z"), Instant.parse("+99999-12-31T23:59:59.999Z"));

    @Override
    Product product() {
        return Product.H2;
    }

    @Override
    List<TypeColumn> columns() {
        return List.of(
                new TypeColumn("tinyint", FieldType.integer(8), Values.integers(-128, 127)),
                new TypeColumn("smallint", FieldType.integer(16), Values.integers(Short.MIN_VALUE, Short.MAX_VALUE)),
                new TypeColumn("int", FieldType.integer(32), Values.integers(Integer.MIN_VALUE, Integer.MAX_VALUE)),
                new TypeColumn("bigint", FieldType.integer(64), Values.integers(Long.MIN_VALUE, Long.MAX_VALUE)),
                new TypeColumn(
                        "numeric(9,2)",
                        FieldType.decimal(9, 2),
                        Values.decimals(9, 2).and("1.005", 7)),
                new TypeColumn("numeric", FieldType.decimal(0, 0), Values.decimals(30, 0)),
                new TypeColumn(
                        "decfloat", FieldType.decimal(), Values.decimals(60, 30).and(new BigDecimal("1E+30"))),
                new TypeColumn("real", FieldType.float32(), Values.floats().and(Double.NaN, Float.NEGATIVE_INFINITY)),
                new TypeColumn("float(20)", FieldType.float32(), Values.floats()),
                new TypeColumn(
                        "double precision",
                        FieldType.float64(),
                        Values.doubles().and(Double.NaN, Double.MIN_VALUE)),
                new TypeColumn("boolean", FieldType.bool(), Values.bools()),
                new TypeColumn("char(9)", FieldType.paddedText(9), Values.texts(9)),
                new TypeColumn(
                        "varchar(200)",
                        FieldType.text(200),
                        Values.unicodeTexts(200).and("a\u0000b")),
                new TypeColumn("varchar", FieldType.text(), Values.unicodeTexts(1_000)),
                new TypeColumn("varchar_ignorecase(20)", FieldType.text(20), Values.texts(20)),
                new TypeColumn("clob", FieldType.text(), Values.unicodeTexts(100_000)),
                new TypeColumn("date", FieldType.date(), Values.dates(FIRST, LAST)),
                new TypeColumn("time", FieldType.time(0), Values.times()),
                new TypeColumn("time(9)", FieldType.time(9), Values.times()),
                new TypeColumn("timestamp", FieldType.timestamp(6), Values.timestamps(FIRST, LAST)),
                new TypeColumn("timestamp(9)", FieldType.timestamp(9), Values.timestamps(FIRST, LAST)),
                new TypeColumn("timestamp with time zone", FieldType.instant(6), INSTANTS),
                new TypeColumn("timestamp(9) with time zone", FieldType.instant(9), INSTANTS),
                new TypeColumn("uuid", FieldType.uuid(), Values.uuids()),
                new TypeColumn("varbinary(100)", FieldType.binary(100), Values.binaries(100)),
                new TypeColumn("blob", FieldType.binary(), Values.binaries(100_000)),
                new TypeColumn("json", FieldType.json(), Values.of("{\"b\":1,\"a\":2}", "[1,null]", "\"x\"")),
                new TypeColumn("enum('a', 'b c')", FieldType.text(), Values.of("a", "b c")),
                new TypeColumn(
                        "int array",
                        FieldType.list(FieldType.integer(32)),
                        Values.lists(Values.integers(-1_000, 1_000))),
                new TypeColumn("varchar(20) array", FieldType.list(FieldType.text(20)), Values.lists(Values.texts(20))),
                new TypeColumn(
                        "numeric(9,2) array",
                        FieldType.list(FieldType.decimal(9, 2)),
                        Values.lists(Values.decimals(9, 2))));
    }
}
