package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;

class DerbyTableSinkContractTest extends TableSinkContract {

    @Override
    Product product() {
        return Product.DERBY;
    }

    @Override
    protected boolean showsOldContentUntilCommit() {
        // who reads waits for who writes
        return false;
    }
}
