package dev.datasync.jdbc;

import java.sql.PreparedStatement;
import java.sql.SQLException;
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

    String sql() {
        return sql;
    }

    int binds() {
        return binds.length;
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
