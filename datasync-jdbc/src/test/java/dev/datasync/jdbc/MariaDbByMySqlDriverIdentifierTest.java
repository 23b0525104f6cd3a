package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;

class MariaDbByMySqlDriverIdentifierTest extends IdentifierScenarios {

    @Override
    boolean isPossible(String name) {
        // the driver takes a backslash for an escape, so that such names are refused
        return !name.contains("\\");
    }

    @Override
    Product product() {
        return Product.MARIADB_BY_MYSQL_DRIVER;
    }
}
