package dev.datasync.jdbc;

import dev.datasync.jdbc.database.HsqldbDatabase;
import dev.datasync.jdbc.database.TestDatabase;

class HsqldbWritingTest extends WritingScenarios {

    @Override
    TestDatabase open() throws Exception {
        return new HsqldbDatabase();
    }
}
