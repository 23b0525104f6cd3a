package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;
import dev.datasync.row.FieldType;
import java.util.List;
import org.junit.jupiter.api.Tag;

/** What MySQL's driver does differently can be tested without a MySQL server. */
@Tag("long")
class MariaDbByMySqlDriverTypeRoundTripTest extends TypeRoundTripScenarios {

    @Override
    Product product() {
        return Product.MARIADB_BY_MYSQL_DRIVER;
    }

    @Override
    List<TypeColumn> columns() {
        List<TypeColumn> columns = MySqlTypes.columns();
        columns.add(new TypeColumn("uuid", FieldType.paddedText(36), Values.randomUuids()));
        columns.add(new TypeColumn("json", FieldType.text(), Values.of("{\"b\": 1}", "[1, null]")));
        return columns;
    }
}
