package dev.datasync.jdbc;

import dev.datasync.jdbc.database.H2Database;
import dev.datasync.jdbc.database.TestDatabase;

class H2OtherSessionTest extends OtherSessionScenarios {

    @Override
    TestDatabase open() {
        return new H2Database();
    }
}
