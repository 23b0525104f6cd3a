package dev.datasync.jdbc;

import dev.datasync.change.Change;
import dev.datasync.match.Difference;
import dev.datasync.row.ConversionException;
import dev.datasync.row.Field;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.source.ReadException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds for each change the columns that it sets, the columns that identify its row, and the values of both in their
 * stored form. Rows share their schema, so names are looked up once per schema.
 */
final class ChangeBinder {

    /** The insert that rows of one schema need, and the places of its columns' values in such a row. */
    private record Mapping(Shape shape, List<Integer> fields) {}

    private final TableDefinition table;
    private final OldValues oldValues;
    private final List<Integer> identity;

    /** The columns that no insert sets. */
    private final BitSet neverWritten;

    /** The columns that no update sets. */
    private final BitSet neverUpdated;

    private final IdentityHashMap<Schema, Mapping> insertMappings = new IdentityHashMap<>();
    private final IdentityHashMap<Schema, int[]> identityMappings = new IdentityHashMap<>();

    /** The shape of the last update, which the next one mostly has too. */
    private @Nullable Shape lastUpdate;

    /** Creates a binder that checks no old values and writes all columns that can be written. */
    ChangeBinder(TableDefinition table, List<String> keyFields) throws ReadException {
        this(table, keyFields, OldValues.unchecked(), List.of(), List.of());
    }

    /**
     * Creates a binder.
     *
     * @param oldValues which old values are checked
     * @param insertOnly the names of columns that updates leave alone
     * @param preserved the names of columns that are never written
     */
    ChangeBinder(
            TableDefinition table,
            List<String> keyFields,
            OldValues oldValues,
            Collection<String> insertOnly,
            Collection<String> preserved)
            throws ReadException {
        this.table = table;
        this.oldValues = oldValues;
        this.identity = identity(table, keyFields);
        this.neverWritten = places(preserved, Field.Trait.PRESERVED);
        this.neverUpdated = places(insertOnly, Field.Trait.INSERT_ONLY);
        for (int i = 0; i < table.schema().size(); i++) {
            if (table.schema().field(i).is(Field.Trait.READ_ONLY)) {
                neverWritten.set(i);
            }
        }
        neverUpdated.or(neverWritten);
    }

    private BitSet places(Collection<String> names, Field.Trait trait) {
        BitSet places = new BitSet();
        for (String name : names) {
            int place = table.schema().indexOf(name);
            if (place >= 0) {
                places.set(place);
            }
        }
        for (int i = 0; i < table.schema().size(); i++) {
            if (table.schema().field(i).is(trait)) {
                places.set(i);
            }
        }
        return places;
    }

    private static List<Integer> identity(TableDefinition table, List<String> keyFields) throws ReadException {
        if (!table.primaryKey().isEmpty()) {
            return table.primaryKey();
        }
        List<Integer> places = new ArrayList<>();
        for (String field : keyFields) {
            int place = table.schema().indexOf(field);
            if (place < 0) {
                throw new ReadException(
                        Failure.KEY,
                        "table " + table.name() + " has no column '" + field + "' for the plan's key: its columns are "
                                + table.schema().names());
            }
            places.add(place);
        }
        if (places.isEmpty()) {
            throw new ReadException(
                    Failure.KEY,
                    "table " + table.name() + " has no primary key, and the plan's key is computed by a function, so"
                            + " that no statement can name a row: add a primary key, or match by columns with"
                            + " Matcher.on(...)");
        }
        return List.copyOf(places);
    }

    /** Returns the places of the columns that identify a row. */
    List<Integer> identity() {
        return identity;
    }

    /** Returns the place of the column to which a statement's parameter belongs. */
    int column(Shape shape, int parameter) {
        int set = shape.columns().size();
        if (parameter < set) {
            return shape.columns().get(parameter);
        }
        int rest = parameter - set;
        return rest < identity.size() ? identity.get(rest) : shape.checked().get(rest - identity.size());
    }

    /**
     * Returns what is to be written for a change.
     *
     * @throws ConversionException when a column cannot hold its value
     */
    BoundChange bind(int place, Change<Row> change) throws ReadException {
        if (change instanceof Change.Insert<Row> insert) {
            return insert(place, insert);
        }
        if (change instanceof Change.Update<Row> update) {
            return update(place, update);
        }
        return delete(place, (Change.Delete<Row>) change);
    }

    private BoundChange insert(int place, Change.Insert<Row> change) throws ReadException {
        Row row = change.after();
        Mapping mapping = insertMappings.get(row.schema());
        if (mapping == null) {
            mapping = mapping(row.schema());
            insertMappings.put(row.schema(), mapping);
        }
        @Nullable Object[] values = new @Nullable Object[mapping.fields().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = stored(
                    mapping.shape().columns().get(i), row.value(mapping.fields().get(i)));
        }
        return new BoundChange(place, change, mapping.shape(), values);
    }

    private Mapping mapping(Schema row) throws ReadException {
        List<Integer> columns = new ArrayList<>();
        List<Integer> fields = new ArrayList<>();
        for (int i = 0; i < row.size(); i++) {
            int column = column(row.field(i).name());
            if (!neverWritten.get(column)) {
                columns.add(column);
                fields.add(i);
            }
        }
        return new Mapping(new Shape(Shape.Kind.INSERT, List.copyOf(columns)), List.copyOf(fields));
    }

    private int column(String field) throws ReadException {
        int column = table.schema().indexOf(field);
        if (column < 0) {
            throw new ReadException(
                    Failure.WRITE,
                    "table " + table.name() + " has no column '" + field + "': its columns are "
                            + table.schema().names());
        }
        return column;
    }

    private BoundChange update(int place, Change.Update<Row> change) throws ReadException {
        List<Integer> columns = new ArrayList<>();
        List<Integer> checked = new ArrayList<>();
        List<Integer> absent = new ArrayList<>();
        List<@Nullable Object> values = new ArrayList<>();
        List<@Nullable Object> old = new ArrayList<>();
        for (Difference difference : change.differences()) {
            int column = column(difference.field());
            if (neverUpdated.get(column)) {
                continue;
            }
            columns.add(column);
            values.add(stored(column, difference.after()));
            if (oldValues.isChecked(column)) {
                check(column, difference.before(), checked, absent, old);
            }
        }
        identify(change.before(), values);
        values.addAll(old);
        Shape known = lastUpdate;
        if (known == null
                || !known.columns().equals(columns)
                || !known.checked().equals(checked)
                || !known.absent().equals(absent)) {
            known = new Shape(Shape.Kind.UPDATE, List.copyOf(columns), List.copyOf(checked), List.copyOf(absent));
            lastUpdate = known;
        }
        return new BoundChange(place, change, known, values.toArray());
    }

    private BoundChange delete(int place, Change.Delete<Row> change) throws ReadException {
        List<Integer> checked = new ArrayList<>();
        List<Integer> absent = new ArrayList<>();
        List<@Nullable Object> values = new ArrayList<>();
        Row before = change.before();
        identify(before, values);
        for (int i = 0; i < before.schema().size(); i++) {
            int column = table.schema().indexOf(before.schema().field(i).name());
            if (column >= 0 && oldValues.isChecked(column) && !identity.contains(column)) {
                check(column, before.value(i), checked, absent, values);
            }
        }
        Shape shape = new Shape(Shape.Kind.DELETE, List.of(), List.copyOf(checked), List.copyOf(absent));
        return new BoundChange(place, change, shape, values.toArray());
    }

    private void check(
            int column,
            @Nullable Object before,
            List<Integer> checked,
            List<Integer> absent,
            List<@Nullable Object> values) {
        Object old = stored(column, before);
        if (old == null) {
            absent.add(column);
        } else {
            checked.add(column);
            values.add(old);
        }
    }

    private @Nullable Object stored(int column, @Nullable Object value) {
        try {
            return table.codec(column).stored(value);
        } catch (ConversionException e) {
            throw new ConversionException(
                    "column '" + table.schema().field(column).name() + "': " + e.getMessage());
        }
    }

    /** Adds the values by which the database finds a row. */
    private void identify(Row before, List<@Nullable Object> values) throws ReadException {
        int[] fields = identityMappings.get(before.schema());
        if (fields == null) {
            fields = identityFields(before.schema());
            identityMappings.put(before.schema(), fields);
        }
        for (int i = 0; i < fields.length; i++) {
            values.add(stored(identity.get(i), before.value(fields[i])));
        }
    }

    private int[] identityFields(Schema row) throws ReadException {
        int[] fields = new int[identity.size()];
        for (int i = 0; i < fields.length; i++) {
            String column = table.schema().field(identity.get(i)).name();
            fields[i] = row.indexOf(column);
            if (fields[i] < 0) {
                throw new ReadException(
                        Failure.KEY,
                        "column '" + column + "' identifies the rows of table " + table.name()
                                + ", but the records of the target do not have it: they have " + row.names());
            }
        }
        return fields;
    }

    // ---------------------------------------------------------------- looking at what was bound

    /** Tells whether a change sets a column. */
    static boolean sets(BoundChange change, int column) {
        return change.shape().columns().contains(column);
    }

    /** Returns the value that a column has after a change, or {@code null} when that is none or not known. */
    @Nullable
    Object after(BoundChange change, int column) {
        int place = change.shape().columns().indexOf(column);
        if (place >= 0) {
            return change.value(place);
        }
        return change.shape().kind() == Shape.Kind.INSERT ? null : before(change, column);
    }

    /** Returns the value that a column had before a change, or {@code null} when that is none or not known. */
    @Nullable
    Object before(BoundChange change, int column) {
        Row row = beforeRow(change.change());
        if (row == null) {
            return null;
        }
        int field = row.schema().indexOf(table.schema().field(column).name());
        return field < 0 ? null : table.codec(column).stored(row.value(field));
    }

    private static @Nullable Row beforeRow(Change<Row> change) {
        if (change instanceof Change.Update<Row> update) {
            return update.before();
        }
        return change instanceof Change.Delete<Row> delete ? delete.before() : null;
    }

    /** Returns the values that identify a row before a change, or after an insert. */
    @Nullable
    Object[] identityBefore(BoundChange change) {
        if (change.shape().kind() == Shape.Kind.INSERT) {
            return identityAfter(change);
        }
        @Nullable Object[] values = new @Nullable Object[identity.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = change.value(change.shape().columns().size() + i);
        }
        return values;
    }

    /** Returns the values that identify a row after an insert or update. */
    @Nullable
    Object[] identityAfter(BoundChange change) {
        @Nullable Object[] values = new @Nullable Object[identity.size()];
        int set = change.shape().columns().size();
        for (int i = 0; i < values.length; i++) {
            int place = change.shape().columns().indexOf(identity.get(i));
            if (place >= 0) {
                values[i] = change.value(place);
            } else if (change.shape().kind() != Shape.Kind.INSERT) {
                values[i] = change.value(set + i);
            }
        }
        return values;
    }
}
