package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;
import java.util.List;

class MySqlIdentifierTest extends IdentifierScenarios {

    /** What the driver misreads even in a quoted name, so that such names are refused. */
    private static final List<String> MISREAD = List.of("\\", "/*", "{");

    @Override
    boolean isPossible(String name) {
        return MISREAD.stream().noneMatch(name::contains);
    }

    @Override
    Product product() {
        return Product.MYSQL;
    }
}
