package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;

class PostgresTableSourceContractTest extends TableSourceContract {

    @Override
    Product product() {
        return Product.POSTGRESQL;
    }
}
