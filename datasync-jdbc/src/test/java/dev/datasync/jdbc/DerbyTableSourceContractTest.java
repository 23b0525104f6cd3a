package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;
import org.junit.jupiter.api.Tag;

@Tag("long")
class DerbyTableSourceContractTest extends TableSourceContract {

    @Override
    Product product() {
        return Product.DERBY;
    }
}
