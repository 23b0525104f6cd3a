package dev.datasync.jdbc;

import dev.datasync.row.FieldType;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** The column types that MariaDB and MySQL have in common. */
final class MySqlTypes {

    private static final LocalDate FIRST = LocalDate.of(1, 1, 1);
    private static final LocalDate LAST = LocalDate.of(9999, 12, 31);

    /** The range of {@code TIMESTAMP}. */
    private static final Values INSTANTS =
            Values.instants(Instant.ofEpochSecond(1), Instant.parse("2038-01-19T03:14:07Z"));

    private MySqlTypes() {}

    static List<TypeColumn> columns() {
        List<TypeColumn> columns = new ArrayList<>(List.of(
                new TypeColumn("tinyint", FieldType.integer(8), Values.integers(-128, 127)),
                new TypeColumn("tinyint unsigned", FieldType.integer(16), Values.integers(0, 255)),
                new TypeColumn("smallint", FieldType.integer(16), Values.integers(Short.MIN_VALUE, Short.MAX_VALUE)),
                new TypeColumn("smallint unsigned", FieldType.integer(32), Values.integers(0, 65_535)),
                new TypeColumn("mediumint", FieldType.integer(32), Values.integers(-8_388_608, 8_388_607)),
                new TypeColumn("mediumint unsigned", FieldType.integer(32), Values.integers(0, 16_777_215)),
                new TypeColumn("int", FieldType.integer(32), Values.integers(Integer.MIN_VALUE, Integer.MAX_VALUE)),
                new TypeColumn("int unsigned", FieldType.integer(64), Values.integers(0, 4_294_967_295L)),
                new TypeColumn("bigint", FieldType.integer(64), Values.integers(Long.MIN_VALUE, Long.MAX_VALUE)),
                new TypeColumn(
                        "bigint unsigned",
                        FieldType.decimal(20, 0),
                        Values.integers(0, Long.MAX_VALUE - 1).and("18446744073709551615")),
                new TypeColumn(
                        "decimal(9,2)",
                        FieldType.decimal(9, 2),
                        Values.decimals(9, 2).and("1.005", 7)),
                new TypeColumn("decimal(65,30)", FieldType.decimal(65, 30), Values.decimals(65, 30)),
                new TypeColumn("decimal", FieldType.decimal(10, 0), Values.decimals(10, 0)),
                new TypeColumn("decimal(5,2) unsigned", FieldType.decimal(5, 2), Values.of("0", "999.99", "1.1")),
                new TypeColumn("float", FieldType.float32(), Values.floats()),
                new TypeColumn("double", FieldType.float64(), Values.doubles()),
                new TypeColumn("double(9,3)", FieldType.decimal(9, 3), Values.decimals(9, 3)),
                new TypeColumn("boolean", FieldType.bool(), Values.bools()),
                new TypeColumn("bit", FieldType.bool(), Values.bools()),
                new TypeColumn("bit(9)", FieldType.text(9), Values.of("000000000", "111111111", "100000101")),
                new TypeColumn("bit(64)", FieldType.text(64), Values.of("1".repeat(64), "0".repeat(63) + "1")),
                new TypeColumn(
                        "year",
                        FieldType.integer(16),
                        Values.integers(1901, 2155).and(0)),
                new TypeColumn("date", FieldType.date(), Values.dates(FIRST, LAST)),
                new TypeColumn("time", FieldType.time(0), Values.times()),
                new TypeColumn("time(3)", FieldType.time(3), Values.times()),
                new TypeColumn("time(6)", FieldType.time(6), Values.times()),
                new TypeColumn("datetime", FieldType.timestamp(0), Values.timestamps(FIRST, LAST)),
                new TypeColumn("datetime(3)", FieldType.timestamp(3), Values.timestamps(FIRST, LAST)),
                new TypeColumn("datetime(6)", FieldType.timestamp(6), Values.timestamps(FIRST, LAST)),
                new TypeColumn("timestamp null", FieldType.instant(0), INSTANTS),
                new TypeColumn("timestamp(3) null", FieldType.instant(3), INSTANTS),
                new TypeColumn("timestamp(6) null", FieldType.instant(6), INSTANTS),
                new TypeColumn("char(9)", FieldType.paddedText(9), Values.unicodeTexts(9)),
                new TypeColumn(
                        "varchar(200)",
                        FieldType.text(200),
                        Values.unicodeTexts(200).and("a\u0000b")),
                new TypeColumn(
                        "varchar(20) character set latin1",
                        FieldType.text(20),
                        Values.of("", "caf\u00e9", "\u00fcber \u00e4")),
                new TypeColumn("tinytext", FieldType.text(255), Values.unicodeTexts(60)),
                new TypeColumn("text", FieldType.text(65_535), Values.unicodeTexts(16_000)),
                new TypeColumn("mediumtext", FieldType.text(16_777_215), Values.unicodeTexts(70_000)),
                new TypeColumn("longtext", FieldType.text(), Values.unicodeTexts(100_000)),
                new TypeColumn("enum('a','b c','it''s')", FieldType.paddedText(4), Values.of("a", "b c", "it's")),
                new TypeColumn("set('x','y')", FieldType.paddedText(3), Values.of("x", "y", "x,y", "")),
                new TypeColumn("binary(4)", FieldType.binary(4), Values.of(new byte[4], new byte[] {1, 0, -1, 0})),
                new TypeColumn("varbinary(100)", FieldType.binary(100), Values.binaries(100)),
                new TypeColumn("tinyblob", FieldType.binary(255), Values.binaries(255)),
                new TypeColumn("blob", FieldType.binary(65_535), Values.binaries(65_535)),
                new TypeColumn("mediumblob", FieldType.binary(16_777_215), Values.binaries(100_000)),
                new TypeColumn("longblob", FieldType.binary(), Values.binaries(100_000))));
        columns.add(new TypeColumn("double unsigned", FieldType.float64(), positive()));
        return columns;
    }

    private static Values positive() {
        return new Values(List.of(0.0, 1.5, Double.MAX_VALUE), RandomGenerator::nextDouble);
    }
}
