package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;
import org.junit.jupiter.api.Tag;

@Tag("long")
class PostgresTableSinkContractTest extends TableSinkContract {

    @Override
    Product product() {
        return Product.POSTGRESQL;
    }
}
