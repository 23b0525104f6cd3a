package dev.datasync.jdbc;

import java.sql.SQLException;
import java.util.Map;

/** What the codes of products that do not tell it by an SQLState mean in the standard's codes. */
final class VendorCode {

    /** SQLite's driver begins its messages with the name of the result code, and tells it nowhere else. */
    private static final String SQLITE = "[SQLITE_";

    /** The codes of MySQL and MariaDB whose SQLState says less; they do not occur elsewhere with such an SQLState. */
    private static final Map<Integer, String> MYSQL = Map.ofEntries(
            Map.entry(1062, "23505"),
            Map.entry(1169, "23505"),
            Map.entry(1586, "23505"),
            Map.entry(1048, "23502"),
            Map.entry(1263, "23502"),
            Map.entry(1364, "23502"),
            Map.entry(1216, "23503"),
            Map.entry(1217, "23503"),
            Map.entry(1451, "23503"),
            Map.entry(1452, "23503"),
            Map.entry(3819, "23514"),
            Map.entry(4025, "23514"),
            // truncated, or no value of an enum
            Map.entry(1265, "22018"),
            Map.entry(1366, "22018"),
            Map.entry(1690, SqlState.OUT_OF_RANGE),
            Map.entry(1365, "22012"),
            Map.entry(1205, SqlState.LOCK_NOT_AVAILABLE),
            Map.entry(3572, SqlState.LOCK_NOT_AVAILABLE),
            // the row has changed since the transaction's snapshot
            Map.entry(1020, "40001"),
            Map.entry(1044, SqlState.NO_PERMISSION),
            Map.entry(1142, SqlState.NO_PERMISSION),
            Map.entry(1143, SqlState.NO_PERMISSION),
            Map.entry(1227, SqlState.NO_PERMISSION),
            // the connection was killed, is gone, or was lost during the statement
            Map.entry(1927, "08S01"),
            Map.entry(2006, "08S01"),
            Map.entry(2013, "08S01"));

    private static final int MYSQL_DEADLOCK = 1213;

    private static final Map<String, String> SQLITE_CODES = Map.ofEntries(
            Map.entry("CONSTRAINT_UNIQUE", "23505"),
            Map.entry("CONSTRAINT_PRIMARYKEY", "23505"),
            Map.entry("CONSTRAINT_ROWID", "23505"),
            Map.entry("CONSTRAINT_NOTNULL", "23502"),
            Map.entry("CONSTRAINT_FOREIGNKEY", "23503"),
            Map.entry("CONSTRAINT_CHECK", "23514"),
            Map.entry("CONSTRAINT_TRIGGER", "P0001"),
            Map.entry("CONSTRAINT_DATATYPE", "22018"),
            Map.entry("CONSTRAINT", "23000"),
            Map.entry("MISMATCH", "22018"),
            Map.entry("TOOBIG", SqlState.TOO_LONG),
            Map.entry("BUSY", SqlState.LOCK_NOT_AVAILABLE),
            Map.entry("BUSY_TIMEOUT", SqlState.LOCK_NOT_AVAILABLE),
            Map.entry("BUSY_RECOVERY", SqlState.LOCK_NOT_AVAILABLE),
            Map.entry("BUSY_SNAPSHOT", "40001"),
            Map.entry("LOCKED", SqlState.LOCK_NOT_AVAILABLE),
            Map.entry("LOCKED_SHAREDCACHE", SqlState.LOCK_NOT_AVAILABLE),
            Map.entry("READONLY", SqlState.READ_ONLY_TRANSACTION),
            Map.entry("AUTH", SqlState.NO_PERMISSION),
            Map.entry("PERM", SqlState.NO_PERMISSION),
            Map.entry("ERROR", "42000"),
            Map.entry("FULL", "53100"),
            Map.entry("NOMEM", "53200"),
            Map.entry("INTERRUPT", "57014"),
            Map.entry("CANTOPEN", "08001"),
            Map.entry("NOTADB", "08001"));

    /** An error of the system, or one that the database itself does not explain. */
    private static final String SYSTEM_ERROR = "58000";

    private VendorCode() {}

    /** Returns the standard's code for a failure, which is the one that the driver gave where that says enough. */
    static String standard(String state, SQLException failure) {
        if (state.isEmpty()) {
            String message = String.valueOf(failure.getMessage());
            return message.startsWith(SQLITE) ? ofSqlite(message) : DuckDbState.of(failure);
        }
        return switch (state) {
            case "23000", "HY000", "01000", "42000" -> MYSQL.getOrDefault(failure.getErrorCode(), state);
            case "40001" -> failure.getErrorCode() == MYSQL_DEADLOCK ? "40P01" : state;
            default -> state;
        };
    }

    private static String ofSqlite(String message) {
        int end = message.indexOf(']');
        return SQLITE_CODES.getOrDefault(end < 0 ? "" : message.substring(SQLITE.length(), end), SYSTEM_ERROR);
    }
}
