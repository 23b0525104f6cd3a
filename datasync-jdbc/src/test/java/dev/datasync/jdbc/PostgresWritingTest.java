package dev.datasync.jdbc;

import dev.datasync.jdbc.database.PostgresDatabase;
import dev.datasync.jdbc.database.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.Tag;

@Tag("long")
class PostgresWritingTest extends WritingScenarios {

    @Override
    TestDatabase open() throws Exception {
        return new PostgresDatabase();
    }

    @Override
    List<String> trigger(String table) {
        return List.of(
                "create function nothing() returns trigger language plpgsql as $$ begin return null; end $$",
                "create trigger watching after insert on " + table + " for each row execute function nothing()");
    }
}
