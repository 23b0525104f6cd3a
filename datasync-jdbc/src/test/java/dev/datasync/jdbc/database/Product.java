package dev.datasync.jdbc.database;

/** The products on which tests run. */
public enum Product {
    POSTGRESQL(PostgresDatabase::new),
    MARIADB(MariaDbDatabase::new),
    MYSQL(MySqlDatabase::new),
    H2(H2Database::new),
    SQLITE(SqliteDatabase::new),
    DUCKDB(DuckDbDatabase::new),
    HSQLDB(HsqldbDatabase::new),
    DERBY(DerbyDatabase::new),
    SQL_SERVER(SqlServerDatabase::new),
    ORACLE(OracleDatabase::new),
    /** A driver that nobody has heard of. */
    UNKNOWN(RenamedProduct::unknown),
    /** H2 in its compatibility mode, with the system views that are asked. */
    H2_AS_SQL_SERVER(() -> RenamedProduct.inMode(
            "MSSQLServer",
            "Microsoft SQL Server",
            "create schema sys",
            "create view sys.databases as select 'test' as name, 0 as snapshot_isolation_state,"
                    + " true as is_read_committed_snapshot_on",
            "create alias db_name as 'String name() { return \"test\"; }'",
            "create view sys.schemas as select 1 as schema_id, 'PUBLIC' as name",
            "create view sys.objects as select 1 as object_id, 1 as schema_id, '' as name",
            "create view sys.columns as select 1 as object_id, '' as name, 0 as is_computed, 0 as is_identity,"
                    + " 0 as system_type_id, 0 as generated_always_type",
            "create view sys.triggers as select '' as name, 1 as parent_id, 0 as is_disabled")),
    /** H2 in its compatibility mode, with the system views that are asked. */
    H2_AS_ORACLE(
            () -> RenamedProduct.inMode(
                    "Oracle",
                    "Oracle",
                    "create view all_tab_cols as select '' as owner, '' as table_name, '' as column_name, '' as virtual_column",
                    "create view all_tab_identity_cols as select '' as owner, '' as table_name, '' as column_name,"
                            + " '' as generation_type",
                    "create view all_triggers as select '' as table_owner, '' as table_name, '' as trigger_name, '' as status"));

    /** Makes a database. */
    @FunctionalInterface
    private interface Opening {
        TestDatabase open() throws Exception;
    }

    @SuppressWarnings("ImmutableEnumChecker") // the openings are functions without a state
    private final Opening opening;

    Product(Opening opening) {
        this.opening = opening;
    }

    /** Returns a new empty database of this product; without one the test is skipped, or fails when it is required. */
    public TestDatabase open() throws Exception {
        return opening.open();
    }
}
