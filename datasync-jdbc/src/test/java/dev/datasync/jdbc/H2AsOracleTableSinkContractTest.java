package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;

class H2AsOracleTableSinkContractTest extends TableSinkContract {

    @Override
    Product product() {
        return Product.H2_AS_ORACLE;
    }

    @Override
    protected boolean keepsNull() {
        return false;
    }
}
