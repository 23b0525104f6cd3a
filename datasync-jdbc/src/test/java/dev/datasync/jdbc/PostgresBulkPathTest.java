package dev.datasync.jdbc;

import dev.datasync.jdbc.database.PostgresDatabase;
import dev.datasync.jdbc.database.TestDatabase;
import java.util.List;

class PostgresBulkPathTest extends BulkPathScenarios {

    @Override
    TestDatabase open() {
        PostgresDatabase database = new PostgresDatabase();
        database.execute(
                "create type mood as enum ('happy', 'so-so')",
                "create domain percentage as numeric(5,2) check (value is null or value > -1e9)");
        return database;
    }

    @Override
    List<String> types() {
        return List.of(
                "smallint", "int", "bigint", "numeric(9,2)", "numeric", "numeric(3,5)", "real", "double precision",
                "boolean", "bit", "bit(3)", "varbit", "char(5)", "varchar(20)", "varchar", "text", "date", "time",
                "time(3)", "timetz", "timestamp", "timestamp(0)", "timestamptz", "timestamptz(2)", "uuid", "bytea",
                "int[]", "text[]", "numeric(9,2)[]", "double precision[]", "timestamp[]", "timestamptz[]", "uuid[]",
                "mood[]", "json", "jsonb", "xml", "mood", "percentage", "interval", "money", "inet", "int4range",
                "name", "oid");
    }

    @Override
    List<?> values(String type) {
        return switch (type) {
            case "bit(3)" -> List.of("101", "000");
            case "varbit" -> List.of("1", "00000", "");
            case "timetz" -> List.of("10:00:00+02", "23:59:59.5-03:30");
            case "mood" -> List.of("happy", "so-so");
            case "mood[]" -> List.of(List.of("happy"), List.of());
            case "json", "jsonb" -> List.of("{\"b\": 1, \"a\":[2, \"\\n\\\\\"]}", "[1,null]", "\"\\t\"");
            case "xml" -> List.of("<a/>", "<b>c\n&amp;\\</b>");
            case "interval" -> List.of("1 day", "00:00:01", "-3 mons");
            case "money" -> List.of("$1.50", "$1,000.00");
            case "inet" -> List.of("10.0.0.1", "::1/64");
            case "int4range" -> List.of("[1,3)", "empty", "(,)");
            case "name" -> List.of("a", "\\N", "");
            case "oid" -> List.of(0, 4_294_967_295L);
            case "percentage" -> List.of(1, 99.99);
            case "numeric(3,5)" -> List.of("0.00123", 0);
            case "timestamp[]" -> List.of(List.of("2024-03-31T02:30:00.123456"), List.of());
            case "timestamptz[]" -> List.of(List.of("2024-03-31T02:30:00.123456Z"), List.of());
            default -> List.of();
        };
    }

    @Override
    String exact(String column, String type) {
        return column + "::text";
    }

    @Override
    String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    @Override
    List<List<String>> leftovers() {
        return onSameConnection("select relname from pg_class where relname like 'datasync\\_%'");
    }

    @Override
    String pathName() {
        return "COPY";
    }
}
