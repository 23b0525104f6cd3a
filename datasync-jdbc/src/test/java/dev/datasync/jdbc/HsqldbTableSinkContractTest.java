package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;

class HsqldbTableSinkContractTest extends TableSinkContract {

    @Override
    Product product() {
        return Product.HSQLDB;
    }
}
