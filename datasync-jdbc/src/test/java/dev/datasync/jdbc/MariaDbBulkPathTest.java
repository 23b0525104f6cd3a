package dev.datasync.jdbc;

import dev.datasync.jdbc.database.MariaDbDatabase;
import dev.datasync.jdbc.database.TestDatabase;

class MariaDbBulkPathTest extends MySqlFamilyBulkPathScenarios {

    @Override
    TestDatabase open() {
        return new MariaDbDatabase();
    }
}
