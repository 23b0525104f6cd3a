package dev.datasync.jdbc;

import dev.datasync.jdbc.database.PostgresDatabase;
import dev.datasync.jdbc.database.TestDatabase;

class PostgresGroupTest extends GroupScenarios {

    @Override
    TestDatabase open() throws Exception {
        return new PostgresDatabase();
    }
}
