package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.source.Source;
import dev.datasync.testkit.SourceContract;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The testkit's contract for a table as a source, on any product. */
abstract class TableSourceContract extends SourceContract {

    private ContractTables tables;

    abstract Product product();

    @BeforeEach
    final void open() throws Exception {
        tables = new ContractTables(product().open());
    }

    @AfterEach
    final void close() throws SQLException {
        if (tables != null) {
            tables.close();
        }
    }

    @Override
    protected Source<Row> sourceOf(Schema schema, List<Row> rows) throws SQLException {
        return tables.table(schema, keyFields(), rows);
    }

    @Override
    protected Schema schema() {
        return tables.schema();
    }

    @Override
    protected OptionalInt openResources() {
        return tables == null ? OptionalInt.empty() : OptionalInt.of(tables.left());
    }
}
