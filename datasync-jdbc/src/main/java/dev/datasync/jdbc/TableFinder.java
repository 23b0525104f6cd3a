package dev.datasync.jdbc;

import dev.datasync.source.ReadException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds the one table that a user means. A name is never sent to the database as it was written, but matched against
 * the names that the database has: as it stands, else ignoring case, in the connection's own schema before any other.
 */
final class TableFinder {

    private static final Set<String> SYSTEM_SCHEMAS = Set.of("information_schema", "pg_catalog", "pg_toast", "sys");

    private static final int MOST_SUGGESTIONS = 5;

    private final DatabaseMetaData metaData;
    private final @Nullable String catalog;
    private final @Nullable String currentSchema;
    private final @Nullable String wantedSchema;
    private final String wanted;

    private TableFinder(Session session, @Nullable String wantedSchema, String wanted) throws SQLException {
        Connection connection = session.connection();
        this.metaData = session.metaData();
        // MySQL and MariaDB call a schema a catalog
        boolean hasSchemas =
                metaData.supportsSchemasInTableDefinitions() || !metaData.supportsCatalogsInTableDefinitions();
        this.catalog = hasSchemas || wantedSchema == null ? connection.getCatalog() : null;
        this.currentSchema = hasSchemas ? connection.getSchema() : connection.getCatalog();
        this.wantedSchema = wantedSchema;
        this.wanted = wanted;
    }

    static TableName find(Session session, @Nullable String schema, String name) throws SQLException, ReadException {
        TableFinder finder = new TableFinder(session, schema, name);
        TableName found = finder.find();
        if (found == null) {
            throw new ReadException(Failure.TABLE, finder.notFound(finder.tables("%")));
        }
        return found;
    }

    static Optional<TableName> findIfThere(Session session, @Nullable String schema, String name)
            throws SQLException, ReadException {
        return Optional.ofNullable(new TableFinder(session, schema, name).find());
    }

    private @Nullable TableName find() throws SQLException, ReadException {
        TableName exact = choose(tables(literal(metaData, wanted)));
        if (exact != null) {
            return exact;
        }
        return choose(tables("%").stream()
                .filter(table -> table.name().equalsIgnoreCase(wanted))
                .toList());
    }

    /** Returns a pattern that fits a name and nothing else. */
    static @Nullable String literal(DatabaseMetaData metaData, @Nullable String name) throws SQLException {
        if (name == null) {
            return null;
        }
        String escape = metaData.getSearchStringEscape();
        return name.replace(escape, escape + escape).replace("_", escape + "_").replace("%", escape + "%");
    }

    private List<TableName> tables(@Nullable String pattern) throws SQLException {
        List<TableName> tables = new ArrayList<>();
        try (ResultSet rows = metaData.getTables(catalog, null, pattern, null)) {
            while (rows.next()) {
                String type = String.valueOf(rows.getString("TABLE_TYPE"));
                TableName table = new TableName(
                        rows.getString("TABLE_CAT"), rows.getString("TABLE_SCHEM"), rows.getString("TABLE_NAME"));
                if (isTable(type) && isSearched(table.qualifier())) {
                    tables.add(table);
                }
            }
        }
        return tables;
    }

    private static boolean isTable(String type) {
        return (type.contains("TABLE") || type.contains("VIEW")) && !type.contains("INDEX");
    }

    private boolean isSearched(@Nullable String schema) {
        if (wantedSchema != null) {
            return wantedSchema.equalsIgnoreCase(schema);
        }
        return schema == null || !SYSTEM_SCHEMAS.contains(schema.toLowerCase(Locale.ROOT));
    }

    /** Returns the table that is meant, or {@code null} when there is none. */
    private @Nullable TableName choose(List<TableName> candidates) throws ReadException {
        String preferred = wantedSchema == null ? currentSchema : wantedSchema;
        List<TableName> nearest = candidates.stream()
                .filter(table -> preferred != null && preferred.equals(table.qualifier()))
                .toList();
        List<TableName> left = nearest.isEmpty() ? candidates : nearest;
        if (left.size() > 1) {
            throw new ReadException(
                    Failure.TABLE,
                    "there are several tables '" + wanted + "': " + left
                            + ". Write the name as it stands there, and its schema with inSchema(...)");
        }
        return left.isEmpty() ? null : left.get(0);
    }

    private String notFound(List<TableName> all) {
        Set<String> schemas = new LinkedHashSet<>();
        if (wantedSchema != null) {
            schemas.add(wantedSchema);
        } else if (currentSchema != null) {
            schemas.add(currentSchema);
        }
        all.forEach(table -> schemas.add(String.valueOf(table.qualifier())));
        Set<String> near = new TreeSet<>();
        for (TableName table : all) {
            if (isNear(table.name().toLowerCase(Locale.ROOT), wanted.toLowerCase(Locale.ROOT))) {
                near.add(table.toString());
            }
        }
        int dot = wanted.indexOf('.');
        String remedy = dot > 0 && wantedSchema == null
                ? ". Write a schema as named(\"" + wanted.substring(dot + 1) + "\").inSchema(\""
                        + wanted.substring(0, dot) + "\")"
                : ". Check the name, or give the schema with inSchema(...)";
        return "there is no table '" + wanted + "' in the schemas " + schemas
                + (near.isEmpty()
                        ? ""
                        : "; similar names are "
                                + near.stream().limit(MOST_SUGGESTIONS).toList())
                + remedy;
    }

    private static boolean isNear(String name, String other) {
        boolean contains = (other.length() > 2 && name.contains(other)) || (name.length() > 2 && other.contains(name));
        return contains || distance(name, other) <= 2;
    }

    /** The number of characters to insert, delete or replace to make one name of the other. */
    private static int distance(String one, String other) {
        int[] previous = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int[] current = new int[other.length() + 1];
            current[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int replaced = previous[j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[other.length()];
    }
}
