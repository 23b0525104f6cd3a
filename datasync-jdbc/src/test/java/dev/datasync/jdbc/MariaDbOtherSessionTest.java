package dev.datasync.jdbc;

import dev.datasync.jdbc.database.MariaDbDatabase;
import dev.datasync.jdbc.database.TestDatabase;

class MariaDbOtherSessionTest extends OtherSessionScenarios {

    @Override
    TestDatabase open() {
        return new MariaDbDatabase();
    }
}
