package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;
import dev.datasync.row.FieldType;
import java.util.List;

class MariaDbTypeRoundTripTest extends TypeRoundTripScenarios {

    @Override
    Product product() {
        return Product.MARIADB;
    }

    @Override
    List<TypeColumn> columns() {
        List<TypeColumn> columns = MySqlTypes.columns();
        columns.addAll(List.of(
                new TypeColumn("uuid", FieldType.uuid(), Values.randomUuids()),
                new TypeColumn("inet6", FieldType.paddedText(39), Values.of("::1", "2001:db8::ff00:42:8329")),
                new TypeColumn("json", FieldType.json(), Values.of("{\"b\": 1, \"a\":2}", "[1, null]", "\"x\""))));
        return columns;
    }
}
