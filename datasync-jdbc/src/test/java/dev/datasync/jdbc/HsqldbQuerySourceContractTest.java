package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;

class HsqldbQuerySourceContractTest extends QuerySourceContract {

    @Override
    Product product() {
        return Product.HSQLDB;
    }
}
