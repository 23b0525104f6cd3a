/**
 * Tables and queries of relational databases: {@link dev.datasync.jdbc.JdbcTable}, source and sink, and
 * {@link dev.datasync.jdbc.JdbcQuery}, a source; made by users, called by the engine.
 */
@NullMarked
package dev.datasync.jdbc;

import org.jspecify.annotations.NullMarked;
