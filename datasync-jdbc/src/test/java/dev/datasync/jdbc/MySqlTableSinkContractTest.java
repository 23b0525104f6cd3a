package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;

class MySqlTableSinkContractTest extends TableSinkContract {

    @Override
    Product product() {
        return Product.MYSQL;
    }
}
