package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;
import java.util.List;

/** What MySQL's driver does differently can be tested without a MySQL server. */
class MariaDbByMySqlDriverTypeRoundTripTest extends TypeRoundTripScenarios {

    @Override
    Product product() {
        return Product.MARIADB_BY_MYSQL_DRIVER;
    }

    @Override
    List<TypeColumn> columns() {
        return MySqlTypes.columns();
    }
}
