package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;

class MariaDbIdentifierTest extends IdentifierScenarios {

    @Override
    Product product() {
        return Product.MARIADB;
    }
}
