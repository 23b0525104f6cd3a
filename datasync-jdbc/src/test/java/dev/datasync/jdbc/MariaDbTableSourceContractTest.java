package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;

class MariaDbTableSourceContractTest extends TableSourceContract {

    @Override
    Product product() {
        return Product.MARIADB;
    }
}
