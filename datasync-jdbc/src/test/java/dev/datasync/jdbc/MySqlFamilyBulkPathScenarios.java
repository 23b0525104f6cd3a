package dev.datasync.jdbc;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is the same on MariaDB and MySQL. */
abstract class MySqlFamilyBulkPathScenarios extends BulkPathScenarios {

    private static final Pattern STAGE = Pattern.compile("insert into (`[^`]*`\\.`datasync_[^`]*`)");

    @Override
    List<String> types() {
        return List.of(
                "tinyint",
                "smallint",
                "int",
                "bigint",
                "int unsigned",
                "decimal(9,2)",
                "decimal(38,10)",
                "double",
                "float",
                "boolean",
                "bit(1)",
                "char(5)",
                "varchar(20)",
                "varchar(300) character set utf8mb4",
                "text",
                "longtext",
                "date",
                "time(6)",
                "datetime(6)",
                "datetime(0)",
                "timestamp(6) null",
                "binary(4)",
                "varbinary(300)",
                "longblob",
                "json",
                "enum('a','b')",
                "set('a','b')",
                "year",
                "varchar(20) collate utf8mb4_bin",
                "mediumint");
    }

    @Override
    List<?> values(String type) {
        return switch (type) {
            case "json" -> List.of("{\"b\": 1, \"a\":[2, \"\\n\\\\\"]}", "[1,null]", "\"\\t\"");
            case "enum('a','b')" -> List.of("a", "b");
            case "set('a','b')" -> List.of("a", "a,b", "");
            case "year" -> List.of(1999, 2155);
            case "float" -> List.of(1.5, -0.1f, 1e30f, 16_777_216.0f);
            case "double" -> List.of(1.5, 0.1, -1e300, 1e-300, 123_456_789.123_456_79);
            case "binary(4)" -> List.of(new byte[] {1, 2, 3, 4}, new byte[] {0, '\\', '\'', -1});
            case "int unsigned" -> List.of(0, 4_294_967_295L);
            case "mediumint" -> List.of(-8_388_608, 8_388_607);
            default -> List.of();
        };
    }

    @Override
    String exact(String column, String type) {
        return switch (type) {
            case "double", "float" -> "cast(" + column + " as double)";
            default -> "hex(cast(" + column + " as binary))";
        };
    }

    @Override
    boolean hasNonFinite() {
        return false;
    }

    @Override
    LocalDate firstDay() {
        return LocalDate.of(1000, 1, 1);
    }

    @Override
    Instant firstInstant() {
        return Instant.ofEpochSecond(1);
    }

    @Override
    Instant lastInstant() {
        return Instant.parse("2038-01-19T03:14:07Z");
    }

    /** Without a backslash, which the drivers take for an escape when they look for a table. */
    @Override
    String oddName() {
        return super.oddName().replace("\\", "");
    }

    @Override
    String quoted(String name) {
        return '`' + name.replace("`", "``") + '`';
    }

    /** The server does not list temporary tables: those that were filled are asked for one by one. */
    @Override
    List<List<String>> leftovers() {
        Set<String> made = new TreeSet<>();
        for (String sql : dataSource.prepared()) {
            Matcher matcher = STAGE.matcher(sql);
            if (matcher.lookingAt()) {
                made.add(matcher.group(1));
            }
        }
        List<List<String>> left = new ArrayList<>();
        for (String stage : made) {
            try {
                onSameConnection("select 1 from " + stage);
                left.add(List.of(stage));
            } catch (AssertionError missing) {
                if (!String.valueOf(missing.getMessage()).contains("doesn't exist")) {
                    throw missing;
                }
            }
        }
        if (made.isEmpty()) {
            throw new AssertionError("no temporary table was made");
        }
        return left;
    }

    @Override
    String pathName() {
        return "statements of many rows";
    }
}
