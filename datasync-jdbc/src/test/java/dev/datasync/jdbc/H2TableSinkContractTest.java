package dev.datasync.jdbc;

import dev.datasync.jdbc.database.H2Database;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.Sink;
import dev.datasync.testkit.SinkContract;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class H2TableSinkContractTest extends SinkContract {

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
    protected Sink<Row> sink(Schema schema, List<String> keyFields, List<Row> content) throws SQLException {
        return tables.table(schema, keyFields, content);
    }

    @Override
    protected List<Row> content() throws SQLException {
        return tables.lastContent(schema());
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
