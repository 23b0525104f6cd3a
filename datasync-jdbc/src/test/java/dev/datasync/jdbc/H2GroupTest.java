package dev.datasync.jdbc;

import dev.datasync.jdbc.database.H2Database;
import dev.datasync.jdbc.database.TestDatabase;

class H2GroupTest extends GroupScenarios {

    @Override
    TestDatabase open() throws Exception {
        return new H2Database();
    }
}
