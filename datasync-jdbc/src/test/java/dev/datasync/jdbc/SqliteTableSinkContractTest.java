package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;

class SqliteTableSinkContractTest extends TableSinkContract {

    @Override
    Product product() {
        return Product.SQLITE;
    }
}
