package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;

class UnknownProductQuerySourceContractTest extends QuerySourceContract {

    @Override
    Product product() {
        return Product.UNKNOWN;
    }
}
