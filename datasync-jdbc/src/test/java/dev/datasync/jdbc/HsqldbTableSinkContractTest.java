package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;
import org.junit.jupiter.api.Tag;

@Tag("long")
class HsqldbTableSinkContractTest extends TableSinkContract {

    @Override
    Product product() {
        return Product.HSQLDB;
    }
}
