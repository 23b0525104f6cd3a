package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;
import dev.datasync.row.FieldType;
import java.util.List;

class MySqlTypeRoundTripTest extends TypeRoundTripScenarios {

    @Override
    Product product() {
        return Product.MYSQL;
    }

    @Override
    List<TypeColumn> columns() {
        List<TypeColumn> columns = MySqlTypes.columns();
        columns.add(new TypeColumn("json", FieldType.json(), Values.of("{\"a\": 1, \"b\": 2}", "[1, null]", "\"x\"")));
        return columns;
    }
}
