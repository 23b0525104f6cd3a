package dev.datasync.jdbc;

import dev.datasync.row.Field;
import java.nio.ByteBuffer;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What relates the rows of one table to each other: unique keys, and foreign keys of the table to itself. Read from the
 * metadata when a change collides; only a hint for the order, so that what the metadata does not show does no harm.
 *
 * @param uniqueKeys the places of the columns of each unique index
 * @param selfReferences the foreign keys to the table itself
 */
record TableRelations(List<List<Integer>> uniqueKeys, List<SelfReference> selfReferences) {

    /**
     * A foreign key of a table to itself.
     *
     * @param columns the places of the referring columns
     * @param referenced the places of the columns referred to, in the same order
     * @param nullable the referring columns that can be {@code null} for a while; empty when none can
     */
    record SelfReference(List<Integer> columns, List<Integer> referenced, List<Integer> nullable) {}

    static TableRelations read(Session session, TableDefinition table, ChangeBinder binder) throws SQLException {
        DatabaseMetaData metaData = session.metaData();
        Set<String> hidden = session.dialect().hiddenUniqueIndexes(session.connection(), table.name());
        return new TableRelations(uniqueKeys(metaData, table, hidden), selfReferences(metaData, table, binder));
    }

    private static List<List<Integer>> uniqueKeys(DatabaseMetaData metaData, TableDefinition table, Set<String> hidden)
            throws SQLException {
        List<String> names = table.schema().names();
        Map<String, Map<Integer, Integer>> indexes = new LinkedHashMap<>();
        TableName name = table.name();
        try (ResultSet rows =
                metaData.getIndexInfo(name.catalog(), name.schema(), name.name(), hidden.isEmpty(), true)) {
            while (rows.next()) {
                String column = rows.getString("COLUMN_NAME");
                String index = rows.getString("INDEX_NAME");
                if (index != null && (!rows.getBoolean("NON_UNIQUE") || hidden.contains(index))) {
                    indexes.computeIfAbsent(index, key -> new TreeMap<>())
                            .put(rows.getInt("ORDINAL_POSITION"), names.indexOf(String.valueOf(column)));
                }
            }
        }
        List<List<Integer>> keys = new ArrayList<>();
        if (!table.primaryKey().isEmpty()) {
            keys.add(table.primaryKey());
        }
        for (Map<Integer, Integer> index : indexes.values()) {
            List<Integer> columns = List.copyOf(index.values());
            // an index of an expression has parts that are no columns
            if (!columns.contains(-1) && !keys.contains(columns)) {
                keys.add(columns);
            }
        }
        return List.copyOf(keys);
    }

    private static List<SelfReference> selfReferences(
            DatabaseMetaData metaData, TableDefinition table, ChangeBinder binder) throws SQLException {
        List<SelfReference> references = new ArrayList<>();
        for (ForeignKey key : ForeignKey.from(metaData, table.name())) {
            if (key.to().isSame(table.name())) {
                List<Integer> columns = places(table, key.columns());
                List<Integer> referenced = places(table, key.referenced());
                if (!columns.contains(-1) && !referenced.contains(-1)) {
                    List<Integer> nullable = columns.stream()
                            .filter(column -> !table.schema().field(column).is(Field.Trait.NOT_NULL)
                                    && !binder.identity().contains(column))
                            .toList();
                    references.add(new SelfReference(columns, referenced, nullable));
                }
            }
        }
        return List.copyOf(references);
    }

    private static List<Integer> places(TableDefinition table, List<String> columns) {
        return columns.stream().map(table.schema().names()::indexOf).toList();
    }

    /** Returns the unique values that an update or delete gives up. */
    List<Object> givenUp(BoundChange change, ChangeBinder binder) {
        List<Object> all = new ArrayList<>();
        for (int i = 0; i < uniqueKeys.size(); i++) {
            if (changes(change, i)) {
                add(all, i, values(uniqueKeys.get(i), column -> binder.before(change, column)));
            }
        }
        return all;
    }

    /** Returns the unique values that an update takes. */
    List<Object> taken(BoundChange change, ChangeBinder binder) {
        List<Object> all = new ArrayList<>();
        for (int i = 0; i < uniqueKeys.size(); i++) {
            if (changes(change, i)) {
                add(all, i, values(uniqueKeys.get(i), column -> binder.after(change, column)));
            }
        }
        return all;
    }

    private boolean changes(BoundChange change, int key) {
        return uniqueKeys.get(key).stream().anyMatch(column -> ChangeBinder.sets(change, column));
    }

    /** Returns what rows refer to a row by, before a delete or after an insert. */
    List<Object> ownNames(BoundChange change, ChangeBinder binder) {
        List<Object> all = new ArrayList<>();
        for (int i = 0; i < selfReferences.size(); i++) {
            add(all, i, values(selfReferences.get(i).referenced(), column -> value(change, binder, column)));
        }
        return all;
    }

    /** Returns the rows that a row refers to, before a delete or after an insert. */
    List<Object> parents(BoundChange change, ChangeBinder binder) {
        List<Object> all = new ArrayList<>();
        for (int i = 0; i < selfReferences.size(); i++) {
            add(all, i, values(selfReferences.get(i).columns(), column -> value(change, binder, column)));
        }
        return all;
    }

    /** Tells whether a row is its own parent before a delete or after an insert. */
    boolean refersToItself(BoundChange change, ChangeBinder binder) {
        return selfReferences.stream().anyMatch(reference -> refersToItself(reference, change, binder));
    }

    private static boolean refersToItself(SelfReference reference, BoundChange change, ChangeBinder binder) {
        List<Object> parent = values(reference.columns(), column -> value(change, binder, column));
        return parent != null && parent.equals(values(reference.referenced(), column -> value(change, binder, column)));
    }

    private static @Nullable Object value(BoundChange change, ChangeBinder binder, int column) {
        return change.shape().kind() == Shape.Kind.DELETE
                ? binder.before(change, column)
                : binder.after(change, column);
    }

    /** Looks up the value of a column. */
    @FunctionalInterface
    private interface Values {
        @Nullable
        Object of(int column);
    }

    /** Returns the values, or {@code null} when one of them is: then they collide with nothing. */
    private static @Nullable List<Object> values(List<Integer> columns, Values values) {
        List<Object> all = new ArrayList<>(columns.size());
        for (int column : columns) {
            Object value = values.of(column);
            if (value == null) {
                return null;
            }
            all.add(value instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : value);
        }
        return all;
    }

    private static void add(List<Object> all, int key, @Nullable List<Object> values) {
        if (values != null) {
            all.add(List.of(key, values));
        }
    }
}
