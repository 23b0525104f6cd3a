package dev.datasync.jdbc;

import dev.datasync.source.ReadException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Makes of a driver's exception one that says what is wrong and what to do, and shows no values or passwords. */
final class Failure {

    /** The database cannot be reached. */
    static final String CONNECT = "E-JDBC-CONNECT";

    /** The table is not there, or not clearly one. */
    static final String TABLE = "E-JDBC-TABLE";

    /** The rows cannot be read. */
    static final String READ = "E-JDBC-READ";

    /** The query is wrong. */
    static final String QUERY = "E-JDBC-QUERY";

    /** The rows to change cannot be identified. */
    static final String KEY = "E-JDBC-KEY";

    /** The changes cannot be written. */
    static final String WRITE = "E-JDBC-WRITE";

    /** Deleting would change rows of other tables. */
    static final String CASCADE = "E-JDBC-CASCADE";

    /** Nobody knows whether the changes were committed. */
    static final String UNKNOWN = "E-COMMIT-UNKNOWN";

    private static final int LONGEST_MESSAGE = 300;
    private static final String MYSQL_QUOTES = " for the right syntax to use near '";

    private static final Pattern USER_INFO = Pattern.compile("//[^/\\s]*@");

    /** Oracle's way, for example {@code thin:scott/tiger@host}. */
    private static final Pattern ORACLE_LOGIN = Pattern.compile("(?i)(jdbc:oracle:\\w+:)[^/@\\s]*/\\S*@");

    private static final Pattern SECRET = Pattern.compile(
            "(?i)\\b([\\w.-]*(?:password|passwd|pwd|secret|token|credential|key)[\\w.-]*[\"']?\\s*[=:]\\s*)"
                    + "(?:\"[^\"]*\"?|'[^']*'?|[^\\s&;,)\"']+)");

    private Failure() {}

    /**
     * Returns the exception for a failure.
     *
     * @param code the stable code
     * @param what what could not be done, for example {@code table products cannot be read}
     */
    static ReadException of(String code, String what, SQLException failure) {
        return new ReadException(code, message(what, failure), RedactedException.of(failure));
    }

    static String message(String what, SQLException failure) {
        SQLException first = SqlState.first(failure);
        String reason = SqlState.isAboutNoValues(first) ? withoutStatement(firstLine(first)) : SqlState.describe(first);
        return what + ": " + reason + " " + RedactedException.codes(first) + remedy(first);
    }

    /** MariaDB and MySQL quote the statement, into which their drivers have put the values of the question marks. */
    private static String withoutStatement(String message) {
        int quoted = message.indexOf(MYSQL_QUOTES);
        return quoted < 0 ? message : message.substring(0, quoted);
    }

    /** Returns the exception for a connection that could not be had; there are no values yet that a message could show. */
    static ReadException noConnection(String what, Exception failure) {
        String codes = failure instanceof SQLException sql ? " " + RedactedException.codes(sql) : "";
        String remedy = failure instanceof SQLException sql ? remedy(sql) : "";
        return new ReadException(
                CONNECT,
                what + ": no connection to the database: " + firstLine(failure) + codes
                        + (remedy.isEmpty()
                                ? ". Check that the database is running and the DataSource is open"
                                : remedy),
                RedactedException.of(failure));
    }

    /** Says why the database refuses one row, in words that show no values. */
    static String reason(Dialect dialect, SQLException failure) {
        SQLException first = SqlState.first(failure);
        String state = dialect.state(first);
        Optional<String> culprit = state.startsWith("23") ? dialect.culprit(first) : Optional.empty();
        return SqlState.describe(state) + culprit.map(name -> " (" + name + ")").orElse("") + " "
                + RedactedException.codes(first);
    }

    private static String remedy(SQLException failure) {
        String state = SqlState.of(failure);
        if (state.equals(SqlState.NO_PERMISSION)) {
            return ". Grant the database user the permission";
        }
        if (state.startsWith("08") || state.equals("57P01")) {
            return ". Check that the database is running and reachable";
        }
        if (state.startsWith("28")) {
            return ". Check user, password and the database's access rules";
        }
        if (state.startsWith("3D")) {
            return ". Check the database's name";
        }
        if (state.startsWith("40") || state.equals(SqlState.LOCK_NOT_AVAILABLE) || state.equals("HYT00")) {
            return ". Run again when the other transaction has ended";
        }
        return "";
    }

    private static String firstLine(Exception failure) {
        String message = failure.getMessage();
        if (message == null) {
            return failure.getClass().getName();
        }
        String line = message.lines().findFirst().orElse("").replace("; SQL statement:", "");
        String shown = line.length() > LONGEST_MESSAGE ? line.substring(0, LONGEST_MESSAGE) + "..." : line;
        return withoutSecrets(shown);
    }

    static String withoutSecrets(String text) {
        String withoutLogin = ORACLE_LOGIN.matcher(text).replaceAll("$1***@");
        return SECRET.matcher(USER_INFO.matcher(withoutLogin).replaceAll("//***@"))
                .replaceAll("$1***");
    }
}
