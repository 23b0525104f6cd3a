package dev.datasync.jdbc;

import dev.datasync.row.Field;
import dev.datasync.row.Schema;
import dev.datasync.source.ReadException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A table as its database describes it.
 *
 * @param name its name
 * @param columns its columns, in order
 * @param primaryKey the places of the primary key's columns, -1 for one that the user has left out; empty when it has
 *     none
 */
record TableDefinition(TableName name, Columns columns, List<Integer> primaryKey) {

    /** What the metadata says of a column beyond its type. */
    private record Described(String name, Set<Field.Trait> traits) {}

    /** Reads what a user has said of a table: only the columns named, and marked as said. */
    static TableDefinition read(Session session, TableName name, TableSettings settings)
            throws SQLException, ReadException {
        return read(session, name).as(settings);
    }

    private TableDefinition as(TableSettings settings) throws ReadException {
        Map<Integer, Field> fields = new LinkedHashMap<>();
        if (settings.columns().isEmpty()) {
            for (int place = 0; place < schema().size(); place++) {
                fields.put(place, schema().field(place));
            }
        }
        for (String column : settings.columns()) {
            int place = place(column, "columns");
            fields.put(place, schema().field(place));
        }
        for (Map.Entry<Field.Trait, Set<String>> trait : settings.traits().entrySet()) {
            for (String column : trait.getValue()) {
                int place = place(column, settings.word(trait.getKey()));
                fields.computeIfPresent(place, (unused, field) -> field.with(trait.getKey()));
            }
        }
        List<Integer> places = List.copyOf(fields.keySet());
        return new TableDefinition(
                name,
                new Columns(
                        Schema.of(fields.values()),
                        places.stream().map(this::codec).toList()),
                primaryKey.stream().map(places::indexOf).toList());
    }

    private int place(String column, String word) throws ReadException {
        int place = schema().indexOf(column);
        if (place < 0) {
            throw new ReadException(
                    Failure.TABLE,
                    "table " + name + " has no column '" + column + "' as named in " + word + "(...): its columns are "
                            + schema().names());
        }
        return place;
    }

    /** Tells whether all columns of the primary key are among those that the user has named. */
    boolean hasWholeKey() {
        return !primaryKey.contains(-1);
    }

    static TableDefinition read(Session session, TableName name) throws SQLException, ReadException {
        Connection connection = session.connection();
        List<Described> columns = columns(session, name);
        if (columns.isEmpty()) {
            throw new ReadException(Failure.TABLE, "table " + name + " has no columns");
        }
        List<String> names = columns.stream().map(Described::name).toList();
        session.dialect().checkName(name.name());
        if (name.qualifier() != null) {
            session.dialect().checkName(name.qualifier());
        }
        for (String column : names) {
            session.dialect().checkName(column);
        }
        String query = new Statements(session.jooq(), name.qualified()).selectNothing(names);
        List<Field> fields = new ArrayList<>();
        List<ColumnCodec> codecs = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(query);
                ResultSet rows = statement.executeQuery()) {
            ResultSetMetaData types = rows.getMetaData();
            for (int i = 0; i < names.size(); i++) {
                ColumnCodec codec = session.dialect().codec(ColumnType.of(types, i + 1));
                codecs.add(codec);
                fields.add(new Field(names.get(i), codec.type(), columns.get(i).traits()));
            }
        }
        return new TableDefinition(
                name, new Columns(Schema.of(fields), List.copyOf(codecs)), primaryKey(session.metaData(), name, names));
    }

    private static List<Described> columns(Session session, TableName name) throws SQLException {
        String pattern = TableFinder.literal(session.metaData(), name.name());
        List<Described> columns = columns(session, name, pattern);
        // MariaDB's driver finds nothing for a name that ends with a backslash
        return columns.isEmpty() ? columns(session, name, "%") : columns;
    }

    private static List<Described> columns(Session session, TableName name, @Nullable String pattern)
            throws SQLException {
        DatabaseMetaData metaData = session.metaData();
        Set<String> computed = session.dialect().computedColumns(session.connection(), name);
        Map<Integer, Described> columns = new TreeMap<>();
        try (ResultSet rows =
                metaData.getColumns(name.catalog(), TableFinder.literal(metaData, name.schema()), pattern, "%")) {
            while (rows.next()) {
                String column = rows.getString("COLUMN_NAME");
                if (name.name().equals(rows.getString("TABLE_NAME"))) {
                    columns.put(
                            rows.getInt("ORDINAL_POSITION"),
                            new Described(column, traits(rows, computed.contains(column))));
                }
            }
        }
        return List.copyOf(columns.values());
    }

    private static Set<Field.Trait> traits(ResultSet column, boolean isComputed) throws SQLException {
        Set<Field.Trait> traits = EnumSet.noneOf(Field.Trait.class);
        if (column.getInt("NULLABLE") == DatabaseMetaData.columnNoNulls) {
            traits.add(Field.Trait.NOT_NULL);
        }
        if (isComputed || "YES".equals(column.getString("IS_GENERATEDCOLUMN"))) {
            traits.add(Field.Trait.READ_ONLY);
        }
        String defaultValue = column.getString("COLUMN_DEF");
        boolean hasDefault = defaultValue != null && !defaultValue.equalsIgnoreCase("null");
        if (hasDefault || "YES".equals(column.getString("IS_AUTOINCREMENT"))) {
            traits.add(Field.Trait.HAS_DEFAULT);
        }
        return traits;
    }

    private static List<Integer> primaryKey(DatabaseMetaData metaData, TableName name, List<String> columns)
            throws SQLException {
        Map<Integer, Integer> places = new TreeMap<>();
        try (ResultSet rows = metaData.getPrimaryKeys(name.catalog(), name.schema(), name.name())) {
            while (rows.next()) {
                places.put(rows.getInt("KEY_SEQ"), columns.indexOf(rows.getString("COLUMN_NAME")));
            }
        }
        return List.copyOf(places.values());
    }

    Schema schema() {
        return columns.schema();
    }

    ColumnCodec codec(int place) {
        return columns.codecs().get(place);
    }

    List<String> names(List<Integer> places) {
        return places.stream().map(place -> schema().field(place).name()).toList();
    }
}
