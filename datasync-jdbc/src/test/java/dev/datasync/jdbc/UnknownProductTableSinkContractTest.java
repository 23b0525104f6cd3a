package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;

class UnknownProductTableSinkContractTest extends TableSinkContract {

    @Override
    Product product() {
        return Product.UNKNOWN;
    }
}
