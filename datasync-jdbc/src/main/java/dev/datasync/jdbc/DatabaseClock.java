package dev.datasync.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;

/** The clock of a database, which all that use it see alike. */
final class DatabaseClock {

    private DatabaseClock() {}

    /** Returns the time, in whole milliseconds. */
    static Instant now(Connection connection) throws SQLException {
        return Instant.ofEpochMilli(millis(connection));
    }

    /** Returns the time in milliseconds since 1970 in UTC, whatever the zones of session and JVM are. */
    static long millis(Connection connection) throws SQLException {
        String product = connection.getMetaData().getDatabaseProductName();
        String query = switch (product) {
            case "PostgreSQL" -> "select floor(extract(epoch from clock_timestamp()) * 1000)";
            case "MariaDB", "MySQL" -> "select floor(unix_timestamp(sysdate(3)) * 1000)";
            case "SQLite" -> "select cast((julianday('now') - 2440587.5) * 86400000 as integer)";
            case "H2" ->
                "select datediff(millisecond, timestamp with time zone '1970-01-01 00:00:00+00:00',"
                        + " current_timestamp)";
            case "DuckDB" -> "select epoch_ms(current_timestamp)";
            case "Microsoft SQL Server" -> "select datediff_big(millisecond, '1970-01-01', sysutcdatetime())";
            case "Oracle" ->
                "select floor((cast(sys_extract_utc(systimestamp) as date) - date '1970-01-01') * 86400000)"
                        + " from dual";
            default -> "";
        };
        if (query.isEmpty()) {
            // the remaining products that are known run in this process
            return System.currentTimeMillis();
        }
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
