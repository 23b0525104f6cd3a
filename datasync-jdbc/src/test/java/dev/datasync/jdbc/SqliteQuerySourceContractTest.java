package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;

class SqliteQuerySourceContractTest extends QuerySourceContract {

    @Override
    Product product() {
        return Product.SQLITE;
    }
}
