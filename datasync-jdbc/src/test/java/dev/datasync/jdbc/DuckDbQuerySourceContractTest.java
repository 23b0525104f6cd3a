package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;

class DuckDbQuerySourceContractTest extends QuerySourceContract {

    @Override
    Product product() {
        return Product.DUCKDB;
    }
}
