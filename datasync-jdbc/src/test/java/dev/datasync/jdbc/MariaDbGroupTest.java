package dev.datasync.jdbc;

import dev.datasync.jdbc.database.MariaDbDatabase;
import dev.datasync.jdbc.database.TestDatabase;

class MariaDbGroupTest extends GroupScenarios {

    @Override
    TestDatabase open() throws Exception {
        return new MariaDbDatabase();
    }
}
