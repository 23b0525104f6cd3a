package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;

class OracleQuerySourceContractTest extends QuerySourceContract {

    @Override
    Product product() {
        return Product.ORACLE;
    }
}
