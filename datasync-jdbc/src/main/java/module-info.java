/** Tables and queries of relational databases as sources and sinks. */
module dev.datasync.jdbc {
    requires transitive dev.datasync.core;
    requires transitive java.sql;
    requires static org.jspecify;
    requires org.jooq;

    exports dev.datasync.jdbc;
}
