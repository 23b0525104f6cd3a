/** Databases for tests: real ones, started when first asked for. */
package dev.datasync.jdbc.database;
