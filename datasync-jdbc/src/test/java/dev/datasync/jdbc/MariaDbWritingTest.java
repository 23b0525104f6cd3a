package dev.datasync.jdbc;

import dev.datasync.jdbc.database.MariaDbDatabase;
import dev.datasync.jdbc.database.TestDatabase;

class MariaDbWritingTest extends WritingScenarios {

    @Override
    TestDatabase open() throws Exception {
        return new MariaDbDatabase();
    }
}
