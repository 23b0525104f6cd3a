package dev.datasync.jdbc;

import dev.datasync.jdbc.database.DuckDbDatabase;
import dev.datasync.jdbc.database.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.Tag;

@Tag("long")
class DuckDbBulkPathTest extends BulkPathScenarios {

    @Override
    TestDatabase open() throws Exception {
        return new DuckDbDatabase();
    }

    @Override
    List<String> types() {
        return List.of(
                "tinyint",
                "smallint",
                "integer",
                "bigint",
                "decimal(4,1)",
                "decimal(9,2)",
                "decimal(18,4)",
                "decimal(38,10)",
                "float",
                "double",
                "boolean",
                "varchar",
                "varchar(20)",
                "date",
                "time",
                "timestamp",
                "timestamptz",
                "uuid",
                "blob");
    }

    @Override
    String exact(String column, String type) {
        return column;
    }

    @Override
    String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    @Override
    List<List<String>> leftovers() {
        return onSameConnection("select table_name from duckdb_tables() where temporary");
    }

    @Override
    String pathName() {
        return "Appender";
    }

    @Override
    boolean hasSavepoints() {
        return false;
    }
}
