package dev.datasync.jdbc;

import dev.datasync.jdbc.database.MariaDbDatabase;
import dev.datasync.jdbc.database.TestDatabase;
import org.junit.jupiter.api.Tag;

@Tag("long")
class MariaDbKilledProcessTest extends KilledProcessScenarios {

    @Override
    TestDatabase open() {
        return new MariaDbDatabase();
    }

    @Override
    String url(TestDatabase opened) {
        return ((MariaDbDatabase) opened).url();
    }

    @Override
    String user() {
        return "root";
    }
}
