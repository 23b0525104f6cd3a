package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;

class DuckDbTableSourceContractTest extends TableSourceContract {

    @Override
    Product product() {
        return Product.DUCKDB;
    }
}
