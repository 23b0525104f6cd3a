package dev.datasync.jdbc;

import dev.datasync.jdbc.database.PostgresDatabase;
import dev.datasync.jdbc.database.TestDatabase;

class PostgresOtherSessionTest extends OtherSessionScenarios {

    @Override
    TestDatabase open() {
        return new PostgresDatabase();
    }
}
