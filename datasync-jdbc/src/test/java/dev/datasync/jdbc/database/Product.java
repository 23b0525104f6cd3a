package dev.datasync.jdbc.database;

/** The products on which tests run. */
public enum Product {
    POSTGRESQL(PostgresDatabase::new),
    MARIADB(MariaDbDatabase::new),
    /** MySQL's driver on a MariaDB server. */
    MARIADB_BY_MYSQL_DRIVER(MariaDbDatabase::byMySqlDriver),
    MYSQL(MySqlDatabase::new),
    H2(H2Database::new),
    SQLITE(SqliteDatabase::new);

    /** Makes a database. */
    @FunctionalInterface
    private interface Opening {
        TestDatabase open() throws Exception;
    }

    private final Opening opening;

    Product(Opening opening) {
        this.opening = opening;
    }

    /** Returns a new empty database of this product; without one the test is skipped, or fails when it is required. */
    public TestDatabase open() throws Exception {
        return opening.open();
    }
}
