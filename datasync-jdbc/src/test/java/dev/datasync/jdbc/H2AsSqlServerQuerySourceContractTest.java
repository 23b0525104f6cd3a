package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;

class H2AsSqlServerQuerySourceContractTest extends QuerySourceContract {

    @Override
    Product product() {
        return Product.H2_AS_SQL_SERVER;
    }
}
