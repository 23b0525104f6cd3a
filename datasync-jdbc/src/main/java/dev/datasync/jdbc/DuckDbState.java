package dev.datasync.jdbc;

import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The SQL standard's codes for the failures of DuckDB, whose driver gives none: its messages begin with the name of an
 * error class of the engine, and for the constraints that matter here with words of the engine.
 */
final class DuckDbState {

    /** What nothing is known of. */
    private static final String OTHER = "HY000";

    /** The first that fits decides. */
    private static final Map<String, String> STATES = new LinkedHashMap<>();

    static {
        STATES.put("Constraint Error: Duplicate key", "23505");
        STATES.put("Constraint Error: PRIMARY KEY or UNIQUE", "23505");
        STATES.put("Constraint Error: Violates foreign key", "23503");
        STATES.put("Constraint Error: NOT NULL", "23502");
        STATES.put("Constraint Error: CHECK", "23513");
        STATES.put("Constraint Error", "23000");
        STATES.put("Conversion Error", "22018");
        STATES.put("Out of Range Error", SqlState.OUT_OF_RANGE);
        STATES.put("Invalid Input Error: Parameter count mismatch", "07001");
        STATES.put("Invalid Input Error: Values were not provided", "07001");
        STATES.put("Invalid Input Error", "22000");
        STATES.put("Invalid Type Error", "22000");
        STATES.put("Mismatch Type Error", "22000");
        STATES.put("Parser Error", "42601");
        STATES.put("Syntax Error", "42601");
        STATES.put("Binder Error", "42703");
        STATES.put("Catalog Error", "42P01");
        STATES.put("Permission Error", SqlState.NO_PERMISSION);
        STATES.put("INTERRUPT Error", "57014");
        STATES.put("TransactionContext Error: Cannot write to database", SqlState.READ_ONLY_TRANSACTION);
        STATES.put("TransactionContext Error: Current transaction is aborted", "25P02");
        STATES.put("TransactionContext Error: cannot", "25000");
        STATES.put("TransactionContext Error", "40001");
        STATES.put("Connection Error", "08000");
        STATES.put("Out of Memory Error", "53200");
        STATES.put("IO Error", "58030");
    }

    private DuckDbState() {}

    /** Returns the code, or an empty text for a failure that is not in the form of DuckDB's. */
    static String of(SQLException failure) {
        String message = String.valueOf(failure.getMessage());
        for (Map.Entry<String, String> state : STATES.entrySet()) {
            if (message.startsWith(state.getKey())) {
                return state.getValue();
            }
        }
        int colon = message.indexOf(" Error: ");
        return colon > 0 && failure.getClass().getName().startsWith("java.sql.") ? OTHER : "";
    }
}
