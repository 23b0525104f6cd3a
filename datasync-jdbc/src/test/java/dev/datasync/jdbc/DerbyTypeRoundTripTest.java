package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;
import dev.datasync.row.FieldType;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Tag;

@Tag("long")
class DerbyTypeRoundTripTest extends TypeRoundTripScenarios {

    private static final LocalDate FIRST = LocalDate.of(1, 1, 1);
    private static final LocalDate LAST = LocalDate.of(9999, 12, 31);

    /** The product does not have the ten days that the calendar skipped in 1582. */
    private static final Values DATES = new Values(
            List.of(FIRST, LAST, LocalDate.EPOCH, LocalDate.of(1582, 10, 4), LocalDate.of(1582, 10, 15)),
            Values.dates(LocalDate.of(1583, 1, 1), LAST).random());

    @Override
    Product product() {
        return Product.DERBY;
    }

    @Override
    List<TypeColumn> columns() {
        return List.of(
                new TypeColumn("boolean", FieldType.bool(), Values.bools()),
                new TypeColumn("smallint", FieldType.integer(16), Values.integers(Short.MIN_VALUE, Short.MAX_VALUE)),
                new TypeColumn("integer", FieldType.integer(32), Values.integers(Integer.MIN_VALUE, Integer.MAX_VALUE)),
                new TypeColumn("bigint", FieldType.integer(64), Values.integers(Long.MIN_VALUE, Long.MAX_VALUE)),
                new TypeColumn(
                        "decimal(9,2)",
                        FieldType.decimal(9, 2),
                        Values.decimals(9, 2).and("1.005", 7)),
                new TypeColumn("numeric(31,10)", FieldType.decimal(31, 10), Values.decimals(31, 10)),
                new TypeColumn("decimal", FieldType.decimal(5, 0), Values.decimals(5, 0)),
                new TypeColumn("real", FieldType.float32(), Values.floats()),
                new TypeColumn("float(20)", FieldType.float32(), Values.floats()),
                new TypeColumn("float", FieldType.float64(), Values.doubles()),
                new TypeColumn("double", FieldType.float64(), Values.doubles()),
                new TypeColumn("varchar(200)", FieldType.text(200), Values.unicodeTexts(200)),
                new TypeColumn("char(9)", FieldType.paddedText(9), Values.texts(9)),
                new TypeColumn("long varchar", FieldType.text(), Values.unicodeTexts(10_000)),
                new TypeColumn("clob", FieldType.text(), Values.unicodeTexts(100_000)),
                new TypeColumn("clob(100)", FieldType.text(100), Values.unicodeTexts(100)),
                new TypeColumn("date", FieldType.date(), DATES),
                new TypeColumn("time", FieldType.time(0), Values.times()),
                new TypeColumn("timestamp", FieldType.timestamp(9), Values.timestamps(FIRST, LAST)),
                new TypeColumn(
                        "char(3) for bit data", FieldType.binary(3), Values.of(new byte[] {1, -1, 0}, new byte[3])),
                new TypeColumn("varchar(100) for bit data", FieldType.binary(100), Values.binaries(100)),
                new TypeColumn("long varchar for bit data", FieldType.binary(32_700), Values.binaries(10_000)),
                new TypeColumn("blob", FieldType.binary(), Values.binaries(100_000)));
    }
}
