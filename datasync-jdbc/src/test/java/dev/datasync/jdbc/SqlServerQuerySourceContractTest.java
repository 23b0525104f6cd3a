package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;

class SqlServerQuerySourceContractTest extends QuerySourceContract {

    @Override
    Product product() {
        return Product.SQL_SERVER;
    }
}
