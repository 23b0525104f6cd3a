package dev.datasync.jdbc;

import dev.datasync.jdbc.database.MariaDbDatabase;
import dev.datasync.jdbc.database.TestDatabase;
import java.util.List;

class MariaDbWritingTest extends WritingScenarios {

    @Override
    TestDatabase open() throws Exception {
        return new MariaDbDatabase();
    }

    @Override
    List<String> trigger(String table) {
        return List.of("create trigger watching after insert on " + table + " for each row set @seen = 1");
    }
}
