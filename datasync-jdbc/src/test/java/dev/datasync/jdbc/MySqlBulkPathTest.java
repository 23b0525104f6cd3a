package dev.datasync.jdbc;

import dev.datasync.jdbc.database.MySqlDatabase;
import dev.datasync.jdbc.database.TestDatabase;

class MySqlBulkPathTest extends MySqlFamilyBulkPathScenarios {

    @Override
    TestDatabase open() {
        return new MySqlDatabase();
    }
}
