package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;
import dev.datasync.row.FieldType;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Tag;

@Tag("long")
class HsqldbTypeRoundTripTest extends TypeRoundTripScenarios {

    private static final LocalDate FIRST = LocalDate.of(1, 1, 1);
    private static final LocalDate LAST = LocalDate.of(9999, 12, 31);

    /** The product does not have the ten days that the calendar skipped in 1582. */
    private static final Values DATES = new Values(
            List.of(FIRST, LAST, LocalDate.EPOCH, LocalDate.of(1582, 10, 4), LocalDate.of(1582, 10, 15)),
            Values.dates(LocalDate.of(1583, 1, 1), LAST).random());

    @Override
    Product product() {
        return Product.HSQLDB;
    }

    @Override
    List<TypeColumn> columns() {
        return List.of(
                new TypeColumn("boolean", FieldType.bool(), Values.bools()),
                new TypeColumn("bit", FieldType.bool(), Values.bools()),
                new TypeColumn("tinyint", FieldType.integer(8), Values.integers(-128, 127)),
                new TypeColumn("smallint", FieldType.integer(16), Values.integers(Short.MIN_VALUE, Short.MAX_VALUE)),
                new TypeColumn("integer", FieldType.integer(32), Values.integers(Integer.MIN_VALUE, Integer.MAX_VALUE)),
                new TypeColumn("bigint", FieldType.integer(64), Values.integers(Long.MIN_VALUE, Long.MAX_VALUE)),
                new TypeColumn(
                        "decimal(9,2)",
                        FieldType.decimal(9, 2),
                        Values.decimals(9, 2).and("1.005", 7)),
                new TypeColumn("numeric(38,10)", FieldType.decimal(38, 10), Values.decimals(38, 10)),
                new TypeColumn(
                        "decimal",
                        FieldType.decimal(128, 0),
                        Values.decimals(100, 0).and(new BigDecimal("1E+90"))),
                new TypeColumn("real", FieldType.float64(), Values.doubles()),
                new TypeColumn("float", FieldType.float64(), Values.doubles()),
                new TypeColumn("double", FieldType.float64(), Values.doubles().and(Double.POSITIVE_INFINITY)),
                new TypeColumn("varchar(200)", FieldType.text(200), Values.unicodeTexts(200)),
                new TypeColumn("varchar_ignorecase(20)", FieldType.text(20), Values.texts(20)),
                new TypeColumn("char(9)", FieldType.paddedText(9), Values.texts(9)),
                new TypeColumn("longvarchar", FieldType.text(), Values.unicodeTexts(100_000)),
                new TypeColumn("clob", FieldType.text(), Values.unicodeTexts(100_000)),
                new TypeColumn("date", FieldType.date(), DATES),
                new TypeColumn("time", FieldType.time(0), Values.times()),
                new TypeColumn("time(3)", FieldType.time(3), Values.times()),
                new TypeColumn("time(9)", FieldType.time(9), Values.times()),
                new TypeColumn("timestamp", FieldType.timestamp(6), Values.timestamps(FIRST, LAST)),
                new TypeColumn("timestamp(0)", FieldType.timestamp(0), Values.timestamps(FIRST, LAST)),
                new TypeColumn("timestamp(9)", FieldType.timestamp(9), Values.timestamps(FIRST, LAST)),
                new TypeColumn(
                        "timestamp with time zone",
                        FieldType.instant(6),
                        Values.instants(Instant.parse("0001-01-02T00:00:00Z"), Instant.parse("9999-12-30T23:59:59Z"))),
                new TypeColumn("time with time zone", FieldType.text(), Values.of("10:00:00+2:00", "23:59:59+0:00")),
                new TypeColumn("interval day to second", FieldType.text(), Values.of("1 02:03:04.000000")),
                new TypeColumn("bit(3)", FieldType.text(), Values.of("101", "000")),
                new TypeColumn("uuid", FieldType.uuid(), Values.uuids()),
                new TypeColumn("binary(3)", FieldType.binary(3), Values.of(new byte[] {1, -1, 0}, new byte[3])),
                new TypeColumn("varbinary(100)", FieldType.binary(100), Values.binaries(100)),
                new TypeColumn("blob", FieldType.binary(), Values.binaries(100_000)),
                new TypeColumn(
                        "integer array",
                        FieldType.list(FieldType.integer(32)),
                        Values.lists(Values.integers(Integer.MIN_VALUE, Integer.MAX_VALUE))),
                new TypeColumn("varchar(20) array", FieldType.list(FieldType.text()), Values.lists(Values.texts(20))));
    }
}
