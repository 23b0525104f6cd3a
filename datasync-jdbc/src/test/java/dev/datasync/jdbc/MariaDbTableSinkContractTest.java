package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;

class MariaDbTableSinkContractTest extends TableSinkContract {

    @Override
    Product product() {
        return Product.MARIADB;
    }
}
