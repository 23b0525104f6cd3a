package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;
import org.junit.jupiter.api.Tag;

@Tag("long")
class DerbyQuerySourceContractTest extends QuerySourceContract {

    @Override
    Product product() {
        return Product.DERBY;
    }
}
