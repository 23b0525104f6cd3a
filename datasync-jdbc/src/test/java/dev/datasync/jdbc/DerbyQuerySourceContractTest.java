package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;

class DerbyQuerySourceContractTest extends QuerySourceContract {

    @Override
    Product product() {
        return Product.DERBY;
    }
}
