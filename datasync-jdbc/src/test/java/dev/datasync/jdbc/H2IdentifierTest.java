package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;

class H2IdentifierTest extends IdentifierScenarios {

    @Override
    Product product() {
        return Product.H2;
    }
}
