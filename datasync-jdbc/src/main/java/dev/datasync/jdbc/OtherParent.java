package dev.datasync.jdbc;

import dev.datasync.row.ConversionException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gives a row that refers to itself another parent before it is deleted: any other row of its table. */
final class OtherParent {

    private final Session session;
    private final TableDefinition table;
    private final ChangeBinder binder;

    OtherParent(Session session, TableDefinition table, ChangeBinder binder) {
        this.session = session;
        this.table = table;
        this.binder = binder;
    }

    /** Returns the update that does it, or {@code null} when there is no other row, or the key would change. */
    @Nullable
    BoundChange instead(BoundChange delete, TableRelations relations) throws SQLException {
        List<Integer> columns = new ArrayList<>();
        List<@Nullable Object> values = new ArrayList<>();
        for (TableRelations.SelfReference reference : relations.selfReferences()) {
            List<@Nullable Object> other = other(delete, reference);
            if (other.isEmpty()
                    || reference.columns().stream()
                            .anyMatch(column ->
                                    columns.contains(column) || binder.identity().contains(column))) {
                return null;
            }
            columns.addAll(reference.columns());
            values.addAll(other);
        }
        for (Object value : delete.values()) {
            values.add(value);
        }
        Shape shape = new Shape(
                Shape.Kind.UPDATE,
                List.copyOf(columns),
                delete.shape().checked(),
                delete.shape().absent());
        return delete.as(shape, values.toArray());
    }

    /** Returns what is referred to of another row, or nothing when there is none. */
    private List<@Nullable Object> other(BoundChange delete, TableRelations.SelfReference reference)
            throws SQLException {
        String query = new Statements(session.jooq(), table.name().qualified())
                .select(table.names(reference.referenced()), null, List.of());
        try (PreparedStatement statement = session.connection().prepareStatement(query)) {
            // its own row may be among them
            statement.setMaxRows(2);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    List<@Nullable Object> values = new ArrayList<>();
                    boolean isOther = false;
                    for (int i = 0; i < reference.referenced().size(); i++) {
                        int column = reference.referenced().get(i);
                        Object value = table.codec(column).reader().read(rows, i + 1);
                        values.add(value);
                        isOther |= value != null && !value.equals(binder.before(delete, column));
                    }
                    if (isOther) {
                        return values;
                    }
                }
            }
        } catch (ConversionException e) {
            return List.of();
        }
        return List.of();
    }
}
