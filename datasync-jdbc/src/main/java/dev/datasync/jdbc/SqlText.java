package dev.datasync.jdbc;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** SQL that a user wrote, with the values for its question marks. Immutable. */
final class SqlText {

    private final String sql;
    private final @Nullable Object[] binds;

    SqlText(String what, String sql, @Nullable Object[] binds) {
        if (sql.isBlank()) {
            throw new IllegalArgumentException(what + " needs a text that is not blank");
        }
        this.sql = sql;
        this.binds = binds.clone();
    }

    private SqlText(String sql, @Nullable Object[] binds) {
        this.sql = sql;
        this.binds = binds;
    }

    String sql() {
        return sql;
    }

    /** Returns a condition that holds where both hold. */
    SqlText and(SqlText other) {
        @Nullable Object[] both = Arrays.copyOf(binds, binds.length + other.binds.length);
        System.arraycopy(other.binds, 0, both, binds.length, other.binds.length);
        return new SqlText(inParentheses() + " and " + other.inParentheses(), both);
    }

    /** Returns a condition that holds where both hold; what the other one's question marks stand for is bound apart. */
    SqlText and(String other) {
        return new SqlText(inParentheses() + " and (" + other + ")", binds);
    }

    /** Returns a condition of which all question marks are bound apart. */
    static SqlText unbound(String condition) {
        return new SqlText(condition, new Object[0]);
    }

    /** Returns text and values together, to tell whether something else is read than the time before. Never shown. */
    String whole() {
        return sql + "\n" + Arrays.deepToString(binds);
    }

    /** Returns the text so that nothing behind it can become part of it, not even when it ends in a comment. */
    String inParentheses() {
        return "(" + sql + "\n)";
    }

    /** Tells whether the server gets the text as it is, because it has nothing in it that JDBC could replace or split. */
    boolean isVerbatim() {
        return binds.length == 0 && sql.chars().noneMatch(c -> c == '?' || c == '{' || c == ';');
    }

    int binds() {
        return binds.length;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SqlText text && sql.equals(text.sql) && Arrays.deepEquals(binds, text.binds);
    }

    @Override
    public int hashCode() {
        return sql.hashCode();
    }

    /** Returns nothing of the text, which may hold values that somebody wrote into it. */
    @Override
    public String toString() {
        return "SQL";
    }

    /** Binds the values from a parameter on, and returns the next parameter. */
    int bind(PreparedStatement statement, int first, Dialect dialect) throws SQLException {
        for (int i = 0; i < binds.length; i++) {
            Object value = binds[i];
            statement.setObject(first + i, value == null ? null : dialect.bindable(value));
        }
        return first + binds.length;
    }
}
