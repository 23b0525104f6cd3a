package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;

class MariaDbQuerySourceContractTest extends QuerySourceContract {

    @Override
    Product product() {
        return Product.MARIADB;
    }
}
