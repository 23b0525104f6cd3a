package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;

class PostgresIdentifierTest extends IdentifierScenarios {

    @Override
    Product product() {
        return Product.POSTGRESQL;
    }
}
