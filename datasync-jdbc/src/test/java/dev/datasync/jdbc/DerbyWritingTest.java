package dev.datasync.jdbc;

import dev.datasync.jdbc.database.DerbyDatabase;
import dev.datasync.jdbc.database.TestDatabase;
import org.junit.jupiter.api.Tag;

@Tag("long")
class DerbyWritingTest extends WritingScenarios {

    @Override
    TestDatabase open() throws Exception {
        return new DerbyDatabase();
    }
}
