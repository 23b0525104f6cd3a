package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;

class MySqlQuerySourceContractTest extends QuerySourceContract {

    @Override
    Product product() {
        return Product.MYSQL;
    }
}
