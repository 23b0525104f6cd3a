package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;

class H2QuerySourceContractTest extends QuerySourceContract {

    @Override
    Product product() {
        return Product.H2;
    }
}
