package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;

class OracleTableSourceContractTest extends TableSourceContract {

    @Override
    Product product() {
        return Product.ORACLE;
    }
}
