package dev.datasync.jdbc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks for single rows. */
final class RowLook {

    private final Session session;
    private final TableDefinition table;
    private final ChangeBinder binder;

    RowLook(Session session, TableDefinition table, ChangeBinder binder) {
        this.session = session;
        this.table = table;
        this.binder = binder;
    }

    /**
     * Tells whether there is a row of this identity with some values, after the end of all transactions that have
     * written it, where the product can wait for that.
     *
     * @param columns the places of the other columns that are looked at
     * @param values their values
     */
    boolean exists(@Nullable Object[] identity, List<Integer> columns, List<@Nullable Object> values)
            throws SQLException {
        List<Integer> found = new ArrayList<>();
        List<Integer> absent = new ArrayList<>();
        List<Object> binds = new ArrayList<>();
        for (int i = 0; i < identity.length; i++) {
            add(binder.identity().get(i), identity[i], found, absent, binds);
        }
        for (int i = 0; i < columns.size(); i++) {
            add(columns.get(i), values.get(i), found, absent, binds);
        }
        String query = new Statements(session.jooq(), table.name().qualified())
                .look(table.names(found), table.names(absent), session.dialect().waitsForWriters());
        try (PreparedStatement statement = session.connection().prepareStatement(query)) {
            for (int i = 0; i < binds.size(); i++) {
                table.codec(found.get(i)).bind(statement, i + 1, binds.get(i));
            }
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    private static void add(
            int column, @Nullable Object value, List<Integer> found, List<Integer> absent, List<Object> binds) {
        if (value == null) {
            absent.add(column);
        } else {
            found.add(column);
            binds.add(value);
        }
    }
}
