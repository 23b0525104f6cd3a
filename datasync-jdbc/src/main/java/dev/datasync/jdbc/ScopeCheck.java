package dev.datasync.jdbc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps statements within the rows that meet a table's condition. */
final class ScopeCheck {

    /** Longer conditions slow down the parsers of some products. */
    private static final int MOST_ROWS = 200;

    private final Session session;
    private final TableDefinition table;
    private final ChangeBinder binder;
    private final @Nullable SqlText condition;

    ScopeCheck(Session session, TableDefinition table, ChangeBinder binder, @Nullable SqlText condition) {
        this.session = session;
        this.table = table;
        this.binder = binder;
        this.condition = condition;
    }

    boolean isEverything() {
        return condition == null;
    }

    String restricted(String statement) {
        return condition == null ? statement : Statements.scoped(statement, condition.sql());
    }

    void bind(PreparedStatement statement, int first) throws SQLException {
        if (condition != null) {
            condition.bind(statement, first, session.dialect());
        }
    }

    /** Tells whether all rows that were inserted or updated lie within the scope now. */
    boolean holds(List<BoundChange> changes) throws SQLException {
        if (condition == null || changes.isEmpty() || changes.get(0).shape().kind() == Shape.Kind.DELETE) {
            return true;
        }
        int most = (session.dialect().mostBinds() - condition.binds())
                / Math.max(1, binder.identity().size());
        int step = Math.max(1, Math.min(MOST_ROWS, most));
        for (int from = 0; from < changes.size(); from += step) {
            List<BoundChange> some = changes.subList(from, Math.min(changes.size(), from + step));
            if (count(condition, some) != some.size()) {
                return false;
            }
        }
        return true;
    }

    private int count(SqlText scope, List<BoundChange> changes) throws SQLException {
        List<String> identity = table.names(binder.identity());
        String query = new Statements(session.jooq(), table.name().qualified())
                .countWithin(identity, changes.size(), scope.sql());
        try (PreparedStatement statement = session.connection().prepareStatement(query)) {
            int parameter = 1;
            for (BoundChange change : changes) {
                @Nullable Object[] values = binder.identityAfter(change);
                for (int i = 0; i < values.length; i++) {
                    table.codec(binder.identity().get(i)).bind(statement, parameter++, values[i]);
                }
            }
            scope.bind(statement, parameter, session.dialect());
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? rows.getInt(1) : 0;
            }
        }
    }

    String reason() {
        return "the row would lie outside of the scope that within(...) gives the table";
    }

    /** Returns what is added to the message about a row that was not hit. */
    String orOutside() {
        return condition == null ? "" : ", or has left the scope of the table";
    }
}
