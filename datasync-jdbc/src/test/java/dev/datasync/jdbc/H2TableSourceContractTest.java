package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;

class H2TableSourceContractTest extends TableSourceContract {

    @Override
    Product product() {
        return Product.H2;
    }
}
