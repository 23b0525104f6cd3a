package dev.datasync.jdbc;

import dev.datasync.jdbc.database.PostgresDatabase;
import dev.datasync.jdbc.database.TestDatabase;
import org.junit.jupiter.api.Tag;

@Tag("long")
class PostgresKilledProcessTest extends KilledProcessScenarios {

    @Override
    TestDatabase open() {
        return new PostgresDatabase();
    }

    @Override
    String url(TestDatabase opened) {
        return ((PostgresDatabase) opened).dataSource().getURL();
    }

    @Override
    String user() {
        return "postgres";
    }
}
