package dev.datasync.jdbc;

import dev.datasync.change.Change;
import dev.datasync.match.Difference;
import dev.datasync.row.ConversionException;
import dev.datasync.row.Field;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.source.ReadException;
import java.util.ArrayList;
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
    private final List<Integer> identity;
    private final IdentityHashMap<Schema, Mapping> insertMappings = new IdentityHashMap<>();
    private final IdentityHashMap<Schema, int[]> identityMappings = new IdentityHashMap<>();

    ChangeBinder(TableDefinition table, List<String> keyFields) throws ReadException {
        this.table = table;
        this.identity = identity(table, keyFields);
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
        return parameter < set ? shape.columns().get(parameter) : identity.get(parameter - set);
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
        Change.Delete<Row> delete = (Change.Delete<Row>) change;
        @Nullable Object[] values = new @Nullable Object[identity.size()];
        identify(delete.before(), values, 0);
        return new BoundChange(place, change, new Shape(Shape.Kind.DELETE, List.of()), values);
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
            if (!table.schema().field(column).is(Field.Trait.READ_ONLY)) {
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
        List<Difference> differences = change.differences();
        @Nullable Object[] values = new @Nullable Object[differences.size() + identity.size()];
        List<Integer> columns = new ArrayList<>(differences.size());
        for (int i = 0; i < differences.size(); i++) {
            int column = column(differences.get(i).field());
            columns.add(column);
            values[i] = stored(column, differences.get(i).after());
        }
        identify(change.before(), values, differences.size());
        return new BoundChange(place, change, new Shape(Shape.Kind.UPDATE, List.copyOf(columns)), values);
    }

    private @Nullable Object stored(int column, @Nullable Object value) {
        try {
            return table.codec(column).stored(value);
        } catch (ConversionException e) {
            throw new ConversionException(
                    "column '" + table.schema().field(column).name() + "': " + e.getMessage());
        }
    }

    /** Puts the values by which the database finds a row behind those that it gets. */
    private void identify(Row before, @Nullable Object[] values, int from) throws ReadException {
        int[] fields = identityMappings.get(before.schema());
        if (fields == null) {
            fields = identityFields(before.schema());
            identityMappings.put(before.schema(), fields);
        }
        for (int i = 0; i < fields.length; i++) {
            values[from + i] = stored(identity.get(i), before.value(fields[i]));
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
}
