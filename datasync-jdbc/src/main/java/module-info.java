/** Tables and queries of relational databases as sources and sinks. */
@SuppressWarnings("requires-automatic") // drivers whose classes are used only when a user has them
module dev.datasync.jdbc {
    requires transitive dev.datasync.core;
    requires transitive java.sql;
    requires static org.jspecify;
    requires transitive org.jooq;
    requires com.zaxxer.hikari;
    requires org.slf4j;
    requires static org.postgresql.jdbc;
    requires static duckdb.jdbc;

    exports dev.datasync.jdbc;
}
