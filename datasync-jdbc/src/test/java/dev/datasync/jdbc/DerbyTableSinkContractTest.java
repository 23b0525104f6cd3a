package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;
import org.junit.jupiter.api.Tag;

@Tag("long")
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
