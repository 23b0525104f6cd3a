package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;

class H2AsOracleTableSourceContractTest extends TableSourceContract {

    @Override
    Product product() {
        return Product.H2_AS_ORACLE;
    }
}
