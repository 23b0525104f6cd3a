package dev.datasync.jdbc;

import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Schema;
import dev.datasync.source.ReadException;
import java.nio.charset.StandardCharsets;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes a table that is not there of the fields that the records bring. */
final class TableCreation {

    /** What needs no quotes in any product, so that it is folded as if there were none. */
    private static final Pattern SIMPLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** The first size in a column's type, for example 255 in {@code varchar(255)}. */
    private static final Pattern SIZE = Pattern.compile("\\((\\d+)");

    /** Fraction digits of a second that products keep, from the most on. */
    private static final List<Integer> FRACTIONS = List.of(9, 7, 6, 3, 0);

    private final Session session;
    private final TableSettings settings;
    private final DatabaseMetaData metaData;

    TableCreation(Session session, TableSettings settings) throws SQLException {
        this.session = session;
        this.settings = settings;
        this.metaData = session.metaData();
    }

    /** Returns the fields as the table will store them. */
    Schema stored(Schema incoming, List<String> keyFields) throws ReadException, SQLException {
        if (keyFields.isEmpty()) {
            throw new ReadException(
                    Failure.TABLE,
                    what() + " cannot be created: the plan's key is computed by a function, so that there is no column"
                            + " for its primary key. Match by fields with Matcher.on(...), or create the table yourself");
        }
        Map<String, Field> fields = new LinkedHashMap<>();
        Set<Integer> key = places(incoming, keyFields, "the plan's key");
        Set<Integer> chosen = places(incoming, settings.columns(), "columns(...)");
        Set<Integer> insertOnly = places(incoming, List.copyOf(settings.insertOnly()), "insertOnly(...)");
        Set<Integer> preserved = places(incoming, List.copyOf(settings.preserved()), "preserve(...)");
        for (int i = 0; i < incoming.size(); i++) {
            if (!chosen.isEmpty() && !chosen.contains(i)) {
                continue;
            }
            Set<Field.Trait> traits = EnumSet.noneOf(Field.Trait.class);
            if (key.contains(i)) {
                traits.add(Field.Trait.NOT_NULL);
            }
            if (insertOnly.contains(i)) {
                traits.add(Field.Trait.INSERT_ONLY);
            }
            if (preserved.contains(i)) {
                traits.add(Field.Trait.PRESERVED);
            }
            String name = named(incoming.field(i).name());
            checkName("column", name, metaData.getMaxColumnNameLength());
            Field field = new Field(name, stored(incoming.field(i), key.contains(i)), traits);
            if (fields.put(name, field) != null) {
                throw new ReadException(
                        Failure.TABLE,
                        what() + " cannot be created: two fields would both become column '" + name + "': rename one");
            }
        }
        return Schema.of(fields.values());
    }

    private static Set<Integer> places(Schema schema, List<String> names, String where) throws ReadException {
        Set<Integer> places = new LinkedHashSet<>();
        for (String name : names) {
            int place = schema.indexOf(name);
            if (place < 0) {
                throw new ReadException(
                        Failure.TABLE,
                        "the records bring no field '" + name + "' as named in " + where + ": they bring "
                                + schema.names());
            }
            places.add(place);
        }
        return places;
    }

    private FieldType stored(Field field, boolean isKey) throws ReadException {
        FieldType type = field.type();
        for (FieldType candidate : candidates(type)) {
            Optional<String> column = session.dialect().columnType(candidate, isKey);
            if (column.isPresent()) {
                return withSizeOf(column.get(), candidate);
            }
        }
        throw new ReadException(
                Failure.TABLE,
                what() + " cannot be created: this database has no column type for field '" + field.name() + "', a "
                        + type + ". Give the field a type with map(RowTransforms.convert(\"" + field.name()
                        + "\", FieldType...)), leave it out, or create the table yourself");
    }

    /**
     * Returns the type, and those that come next where a product does not have it: fewer digits of a second, and a text
     * for a JSON document.
     */
    private static List<FieldType> candidates(FieldType type) {
        List<FieldType> candidates = new ArrayList<>(List.of(type));
        if (type instanceof FieldType.Json) {
            candidates.add(FieldType.text());
        }
        for (int digits : FRACTIONS) {
            if (type instanceof FieldType.Clock clock && digits < clock.fractionDigits()) {
                candidates.add(FieldType.time(digits));
            } else if (type instanceof FieldType.Timestamp timestamp && digits < timestamp.fractionDigits()) {
                candidates.add(FieldType.timestamp(digits));
            } else if (type instanceof FieldType.Moment moment && digits < moment.fractionDigits()) {
                candidates.add(FieldType.instant(digits));
            }
        }
        return candidates;
    }

    /** Returns the type with the size that the product's column gives it, where that is less. */
    private static FieldType withSizeOf(String column, FieldType type) {
        Matcher matcher = SIZE.matcher(column);
        if (!matcher.find()) {
            return type;
        }
        int size = Integer.parseInt(matcher.group(1));
        if (type instanceof FieldType.Text text && size < text.maxLength()) {
            return new FieldType.Text(size, text.padding());
        }
        if (type instanceof FieldType.Clock clock && size < clock.fractionDigits()) {
            return FieldType.time(size);
        }
        if (type instanceof FieldType.Timestamp timestamp && size < timestamp.fractionDigits()) {
            return FieldType.timestamp(size);
        }
        if (type instanceof FieldType.Moment moment && size < moment.fractionDigits()) {
            return FieldType.instant(size);
        }
        return type instanceof FieldType.Sequence list ? FieldType.list(withSizeOf(column, list.element())) : type;
    }

    /** Creates the table in the session's transaction, or at once where the product knows no other way. */
    TableName create(Schema stored, List<String> keyFields) throws ReadException, SQLException {
        TableName name = name();
        checkName("table", name.name(), metaData.getMaxTableNameLength());
        Set<Integer> key = places(stored, keyFields, "the plan's key");
        Map<String, String> columns = new LinkedHashMap<>();
        for (int i = 0; i < stored.size(); i++) {
            Field field = stored.field(i);
            Optional<String> type = session.dialect().columnType(field.type(), key.contains(i));
            if (type.isEmpty()) {
                throw new ReadException(
                        Failure.TABLE,
                        what() + " cannot be created: this database has no column type for field '" + field.name()
                                + "', a " + field.type());
            }
            columns.put(field.name(), type.get());
        }
        List<String> keyNames =
                key.stream().map(place -> stored.field(place).name()).toList();
        String sql = new Statements(session.jooq(), name.qualified()).create(columns, keyNames);
        try (Statement statement = session.connection().createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw session.failure(Failure.TABLE, what() + " cannot be created", e);
        }
        return name;
    }

    private TableName name() throws ReadException, SQLException {
        String schema = settings.schema();
        boolean hasSchemas =
                metaData.supportsSchemasInTableDefinitions() || !metaData.supportsCatalogsInTableDefinitions();
        String name = named(settings.name());
        if (schema == null) {
            return new TableName(null, null, name);
        }
        List<String> known = schemas(hasSchemas);
        String exact = known.contains(schema)
                ? schema
                : known.stream()
                        .filter(schema::equalsIgnoreCase)
                        .findFirst()
                        .orElseThrow(() -> new ReadException(
                                Failure.TABLE,
                                what() + " cannot be created: there is no schema '" + schema + "', only " + known));
        return hasSchemas ? new TableName(null, exact, name) : new TableName(exact, null, name);
    }

    private List<String> schemas(boolean hasSchemas) throws SQLException {
        List<String> schemas = new ArrayList<>();
        try (ResultSet rows = hasSchemas ? metaData.getSchemas() : metaData.getCatalogs()) {
            while (rows.next()) {
                schemas.add(rows.getString(hasSchemas ? "TABLE_SCHEM" : "TABLE_CAT"));
            }
        }
        return schemas;
    }

    /** Returns a name as the product would take it without quotes, so that queries need none. */
    private String named(String name) throws SQLException {
        if (!SIMPLE.matcher(name).matches()) {
            return name;
        }
        if (metaData.storesUpperCaseIdentifiers()) {
            return name.toUpperCase(Locale.ROOT);
        }
        return metaData.storesLowerCaseIdentifiers() ? name.toLowerCase(Locale.ROOT) : name;
    }

    /** PostgreSQL cuts a name that is too long, and the next run would not find it. */
    private void checkName(String kind, String name, int most) throws ReadException {
        session.dialect().checkName(name);
        int length = name.getBytes(StandardCharsets.UTF_8).length;
        if (most > 0 && length > most) {
            throw new ReadException(
                    Failure.TABLE,
                    what() + " cannot be created: the name of " + kind + " '" + name + "' has " + length
                            + " bytes, and this database takes " + most + ": choose a shorter name");
        }
    }

    private String what() {
        return "table " + settings.shown();
    }
}
