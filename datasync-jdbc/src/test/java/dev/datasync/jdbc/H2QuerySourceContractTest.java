package dev.datasync.jdbc;

import dev.datasync.jdbc.database.H2Database;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.source.Source;
import dev.datasync.testkit.SourceContract;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class H2QuerySourceContractTest extends SourceContract {

    private ContractTables tables;

    @BeforeEach
    void open() {
        tables = new ContractTables(new H2Database());
    }

    @AfterEach
    void close() throws SQLException {
        tables.close();
    }

    @Override
    protected Source<Row> sourceOf(Schema schema, List<Row> rows) throws SQLException {
        tables.table(schema, keyFields(), rows);
        return JdbcQuery.sql("select * from " + tables.lastName()).in(tables.dataSource());
    }

    @Override
    protected Schema schema() {
        return ContractTables.SCHEMA;
    }

    @Override
    protected OptionalInt openResources() {
        return OptionalInt.of(tables.left());
    }
}
