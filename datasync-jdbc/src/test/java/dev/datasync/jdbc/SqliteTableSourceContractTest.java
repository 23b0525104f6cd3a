package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;

class SqliteTableSourceContractTest extends TableSourceContract {

    @Override
    Product product() {
        return Product.SQLITE;
    }
}
