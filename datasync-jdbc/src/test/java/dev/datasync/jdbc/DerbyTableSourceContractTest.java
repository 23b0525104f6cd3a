package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;

class DerbyTableSourceContractTest extends TableSourceContract {

    @Override
    Product product() {
        return Product.DERBY;
    }
}
