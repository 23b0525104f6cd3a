package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;

class SqlServerTableSourceContractTest extends TableSourceContract {

    @Override
    Product product() {
        return Product.SQL_SERVER;
    }
}
