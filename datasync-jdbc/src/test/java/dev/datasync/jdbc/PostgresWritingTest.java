package dev.datasync.jdbc;

import dev.datasync.jdbc.database.PostgresDatabase;
import dev.datasync.jdbc.database.TestDatabase;

class PostgresWritingTest extends WritingScenarios {

    @Override
    TestDatabase open() throws Exception {
        return new PostgresDatabase();
    }
}
