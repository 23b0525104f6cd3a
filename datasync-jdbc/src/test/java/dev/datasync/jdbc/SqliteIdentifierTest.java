package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;

class SqliteIdentifierTest extends IdentifierScenarios {

    @Override
    Product product() {
        return Product.SQLITE;
    }
}
