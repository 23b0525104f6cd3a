package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;

class SqlServerTableSinkContractTest extends TableSinkContract {

    @Override
    Product product() {
        return Product.SQL_SERVER;
    }
}
