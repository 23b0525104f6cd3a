package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;
import dev.datasync.row.FieldType;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

class SqliteTypeRoundTripTest extends TypeRoundTripScenarios {

    private static final LocalDate FIRST = LocalDate.of(0, 1, 1);
    private static final LocalDate LAST = LocalDate.of(9999, 12, 31);
    private static final Values INSTANTS =
            Values.instants(Instant.parse("0000-01-01T00:00:00Z"), Instant.parse("9999-12-31T23:59:59.999999999Z"));
    private static final Values LONGS = Values.integers(Long.MIN_VALUE, Long.MAX_VALUE);

    @Override
    Product product() {
        return Product.SQLITE;
    }

    @Override
    List<TypeColumn> columns() {
        return List.of(
                new TypeColumn("integer", FieldType.integer(), LONGS),
                new TypeColumn("int", FieldType.integer(), LONGS),
                new TypeColumn("tinyint", FieldType.integer(), LONGS),
                new TypeColumn("bigint", FieldType.integer(), LONGS),
                new TypeColumn("unsigned big int", FieldType.integer(), LONGS),
                new TypeColumn("boolean", FieldType.bool(), Values.bools()),
                new TypeColumn("real", FieldType.float64(), Values.doubles().and(Double.NEGATIVE_INFINITY)),
                new TypeColumn("float", FieldType.float64(), Values.floats()),
                new TypeColumn("double precision", FieldType.float64(), Values.doubles()),
                new TypeColumn(
                        "decimal(9,2)",
                        FieldType.decimal(9, 2),
                        Values.decimals(9, 2).and("1.005", 7)),
                new TypeColumn(
                        "numeric(15,15)", FieldType.decimal(15, 15), Values.of("0.1", "-0.999999999999999", "1E-15")),
                new TypeColumn("decimal(18)", FieldType.decimal(18, 0), Values.decimals(18, 0)),
                new TypeColumn(
                        "numeric",
                        FieldType.any(),
                        Values.decimals(15, 7).and("text", new byte[] {1}, Long.MIN_VALUE, new BigDecimal("1.10"))),
                new TypeColumn("", FieldType.any(), Values.of(1, "text", new BigDecimal("1.5"), new byte[] {1, 2})),
                new TypeColumn("text", FieldType.text(), Values.unicodeTexts(100_000)),
                new TypeColumn("clob", FieldType.text(), Values.unicodeTexts(10)),
                new TypeColumn("varchar(200)", FieldType.text(200), Values.unicodeTexts(200)),
                new TypeColumn("char(9)", FieldType.text(9), Values.unicodeTexts(9)),
                new TypeColumn(
                        "json", FieldType.json(), Values.of("{\"b\": 1, \"a\":2}", "[1, null]", "7", "-1.50", "\"x\"")),
                new TypeColumn("string", FieldType.text(), Values.of("", "0x1", "1 000", "five", "5")),
                new TypeColumn("\"of any name\"", FieldType.text(), Values.of("text", "12", "- 1")),
                new TypeColumn("blob", FieldType.binary(), Values.binaries(100_000)),
                new TypeColumn("varbinary(100)", FieldType.binary(100), Values.binaries(100)),
                new TypeColumn("date", FieldType.date(), Values.dates(FIRST, LAST)),
                new TypeColumn("time", FieldType.time(9), Values.times()),
                new TypeColumn("time(3)", FieldType.time(3), Values.times()),
                new TypeColumn("datetime", FieldType.timestamp(9), Values.timestamps(FIRST, LAST)),
                new TypeColumn("timestamp(3)", FieldType.timestamp(3), Values.timestamps(FIRST, LAST)),
                new TypeColumn("timestamptz(6)", FieldType.instant(6), INSTANTS),
                new TypeColumn("uuid", FieldType.uuid(), Values.uuids()));
    }
}
