package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;

class PostgresTableSinkContractTest extends TableSinkContract {

    @Override
    Product product() {
        return Product.POSTGRESQL;
    }
}
