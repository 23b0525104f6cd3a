package dev.datasync.jdbc;

import dev.datasync.jdbc.database.H2Database;
import dev.datasync.jdbc.database.TestDatabase;

class H2WritingTest extends WritingScenarios {

    @Override
    TestDatabase open() throws Exception {
        return new H2Database();
    }
}
