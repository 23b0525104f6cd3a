package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;

class H2TableSinkContractTest extends TableSinkContract {

    @Override
    Product product() {
        return Product.H2;
    }
}
