package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;
import org.junit.jupiter.api.Tag;

@Tag("long")
class H2AsSqlServerTableSinkContractTest extends TableSinkContract {

    @Override
    Product product() {
        return Product.H2_AS_SQL_SERVER;
    }
}
