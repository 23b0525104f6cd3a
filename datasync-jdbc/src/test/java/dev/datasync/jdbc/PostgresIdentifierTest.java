package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;
import org.junit.jupiter.api.Tag;

@Tag("long")
class PostgresIdentifierTest extends IdentifierScenarios {

    @Override
    Product product() {
        return Product.POSTGRESQL;
    }
}
