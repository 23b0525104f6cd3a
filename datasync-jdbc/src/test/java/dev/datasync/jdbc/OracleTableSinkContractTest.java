package dev.datasync.jdbc;

import dev.datasync.jdbc.database.Product;

class OracleTableSinkContractTest extends TableSinkContract {

    @Override
    Product product() {
        return Product.ORACLE;
    }
}
