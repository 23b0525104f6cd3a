package dev.datasync.jdbc;

import dev.datasync.jdbc.database.DerbyDatabase;
import dev.datasync.jdbc.database.TestDatabase;

class DerbyWritingTest extends WritingScenarios {

    @Override
    TestDatabase open() throws Exception {
        return new DerbyDatabase();
    }
}
