package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;

class HsqldbTableSourceContractTest extends TableSourceContract {

    @Override
    Product product() {
        return Product.HSQLDB;
    }
}
