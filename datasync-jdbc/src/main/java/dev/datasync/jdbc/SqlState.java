package dev.datasync.jdbc;

import java.sql.BatchUpdateException;
import java.sql.SQLException;

/** The SQL standard's codes for what went wrong, as far as something depends on them. */
final class SqlState {

    static final String OUT_OF_RANGE = "22003";
    static final String TOO_LONG = "22001";
    static final String NO_PERMISSION = "42501";
    static final String LOCK_NOT_AVAILABLE = "55P03";
    static final String READ_ONLY_TRANSACTION = "25006";

    private SqlState() {}

    /** Returns the code, or an empty text when the driver gave none. */
    static String of(SQLException failure) {
        String state = failure.getSQLState();
        return VendorCode.standard(state == null ? "" : state, failure);
    }

    /** Returns the failure of the statement in a batch, which drivers chain to a summary that quotes the statement. */
    static SQLException first(SQLException failure) {
        SQLException next = failure.getNextException();
        return failure instanceof BatchUpdateException && next != null ? next : failure;
    }

    private static String group(String state) {
        return state.length() < 2 ? "" : state.substring(0, 2);
    }

    /** Tells whether the driver's message is about names and connections, so that it cannot show a row's values. */
    static boolean isAboutNoValues(SQLException failure) {
        String state = of(failure);
        return switch (group(state)) {
            // classes of binds, connection, authorization, catalog, schema, syntax or access rule, cancelled or shut
            // down, resources
            case "07", "08", "28", "3D", "3F", "42", "53", "57" -> true;
            default -> state.equals(READ_ONLY_TRANSACTION) || state.equals(LOCK_NOT_AVAILABLE);
        };
    }

    /** Says what a failure means for the changes that were being written, as far as the standard's codes tell. */
    static FailureKind kind(String state) {
        return switch (state) {
            case "23505" -> FailureKind.UNIQUE;
            // HSQLDB and others have a code of their own for a row that is still referred to
            case "23503", "23506", "23504", "23001" -> FailureKind.FOREIGN_KEY;
            case LOCK_NOT_AVAILABLE -> FailureKind.TRANSIENT;
            // PostgreSQL has ended the connection, because its transaction was idle or open for too long
            case "25P03", "25P04" -> FailureKind.LOST;
            default ->
                switch (group(state)) {
                    // data, integrity, a trigger's own error, a view's check option
                    case "22", "23", "27", "38", "39", "44", "45", "P0" -> FailureKind.ROW;
                    // H2 has numbers of its own; those of a statement that fails alike for every row do no harm here
                    case "90" -> FailureKind.ROW;
                    case "40" -> FailureKind.TRANSIENT;
                    case "08" -> FailureKind.LOST;
                    // the server is told to stop, or this connection of it
                    case "57" -> state.startsWith("57P") ? FailureKind.LOST : FailureKind.OTHER;
                    default -> FailureKind.OTHER;
                };
        };
    }

    /** Tells whether a query's parameters are not all bound, or more were bound than there are. */
    static boolean isAboutBinds(SQLException failure) {
        return switch (of(failure)) {
            case "22023", "07001", "07002", "07009", "90008", "90012" -> true;
            default -> false;
        };
    }

    /** Tells whether the connection is gone, so that nobody knows what the server did. */
    static boolean isConnectionLost(SQLException failure) {
        String state = of(failure);
        return state.isEmpty() || group(state).equals("08");
    }

    /** Says in words what kind of failure it is, for those whose message may show values. */
    static String describe(SQLException failure) {
        return describe(of(failure));
    }

    static String describe(String state) {
        return switch (state) {
            case "23505" -> "a unique constraint refuses it";
            case "23502" -> "a column that must not be null would be null";
            case "23503", "23506", "23504", "23001" -> "a foreign key constraint refuses it";
            case "23513", "23514", "44000" -> "a check constraint refuses it";
            case "23P01" -> "an exclusion constraint refuses it";
            case TOO_LONG -> "a value is too long for its column";
            case OUT_OF_RANGE -> "a number is outside its column's range";
            case "22021", "22P05" -> "a text has a character that the database cannot store";
            case "22018", "22P02", "22007", "22008" -> "a value does not convert to its column's type";
            case "40001" -> "another transaction changed the same data at the same time";
            case "40P01" -> "it was chosen to end a deadlock with another transaction";
            case LOCK_NOT_AVAILABLE -> "another transaction has locked what it needs";
            case "HYT00" -> "a lock or the statement took too long";
            default ->
                switch (group(state)) {
                    case "22" -> "a value does not fit";
                    case "23" -> "a constraint refuses it";
                    case "40" -> "the database ended the transaction";
                    case "P0", "38", "39", "45" -> "a trigger or function of the database refuses it";
                    default -> "the database refuses it";
                };
        };
    }
}
