package dev.datasync.jdbc;

import dev.datasync.jdbc.database.SqliteDatabase;
import dev.datasync.jdbc.database.TestDatabase;
import java.util.List;

class SqliteWritingTest extends WritingScenarios {

    @Override
    TestDatabase open() throws Exception {
        return new SqliteDatabase();
    }

    @Override
    List<String> trigger(String table) {
        return List.of("create trigger watching after insert on " + table + " begin select 1; end");
    }
}
