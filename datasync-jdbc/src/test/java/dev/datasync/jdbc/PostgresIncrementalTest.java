package dev.datasync.jdbc;

import dev.datasync.jdbc.database.PostgresDatabase;
import dev.datasync.jdbc.database.TestDatabase;
import org.junit.jupiter.api.Tag;

@Tag("long")
class PostgresIncrementalTest extends IncrementalScenarios {

    @Override
    TestDatabase open() throws Exception {
        return new PostgresDatabase();
    }
}
