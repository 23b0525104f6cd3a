package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;

class MySqlTableSourceContractTest extends TableSourceContract {

    @Override
    Product product() {
        return Product.MYSQL;
    }
}
