package dev.datasync.jdbc;

import dev.datasync.jdbc.database.H2Database;
import dev.datasync.jdbc.database.TestDatabase;
import java.util.List;

class H2WritingTest extends WritingScenarios {

    @Override
    TestDatabase open() throws Exception {
        return new H2Database();
    }

    @Override
    List<String> trigger(String table) {
        return List.of("create trigger watching after insert on " + table
                + " for each row as 'org.h2.api.Trigger create() { return (connection, before, after) -> {}; }'");
    }
}
