package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;

class UnknownProductTableSourceContractTest extends TableSourceContract {

    @Override
    Product product() {
        return Product.UNKNOWN;
    }
}
