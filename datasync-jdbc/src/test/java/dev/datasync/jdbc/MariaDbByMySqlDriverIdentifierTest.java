package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;

class MariaDbByMySqlDriverIdentifierTest extends IdentifierScenarios {

    @Override
    boolean isPossible(String name) {
        // the driver reads the SQL by itself and takes these for escapes, quotes and comments, so that such names fail
        return name.chars().noneMatch(c -> "\\{}'\"?#/*-".indexOf(c) >= 0);
    }

    @Override
    Product product() {
        return Product.MARIADB_BY_MYSQL_DRIVER;
    }
}
