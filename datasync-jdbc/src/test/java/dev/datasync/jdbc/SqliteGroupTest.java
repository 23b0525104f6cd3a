package dev.datasync.jdbc;

import dev.datasync.jdbc.database.SqliteDatabase;
import dev.datasync.jdbc.database.TestDatabase;

class SqliteGroupTest extends GroupScenarios {

    @Override
    TestDatabase open() throws Exception {
        return new SqliteDatabase();
    }
}
