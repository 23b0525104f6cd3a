package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;

class DuckDbTableSinkContractTest extends TableSinkContract {

    @Override
    Product product() {
        return Product.DUCKDB;
    }
}
