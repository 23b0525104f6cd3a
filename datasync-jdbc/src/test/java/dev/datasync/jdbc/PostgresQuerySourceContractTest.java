package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;

class PostgresQuerySourceContractTest extends QuerySourceContract {

    @Override
    Product product() {
        return Product.POSTGRESQL;
    }
}
