package dev.datasync.jdbc;

import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A foreign key.
 *
 * @param from the table that refers
 * @param to the table that is referred to
 * @param columns the referring columns
 * @param referenced the columns referred to, in the same order
 * @param deleteRule what the database does with the referring rows when one that they refer to is deleted; a constant of
 *     {@link DatabaseMetaData}
 */
record ForeignKey(TableName from, TableName to, List<String> columns, List<String> referenced, int deleteRule) {

    /** Returns the foreign keys of a table. */
    static List<ForeignKey> from(DatabaseMetaData metaData, TableName table) throws SQLException {
        try (ResultSet rows = metaData.getImportedKeys(table.catalog(), table.schema(), table.name())) {
            return all(rows);
        }
    }

    /** Returns the foreign keys to a table. */
    static List<ForeignKey> to(DatabaseMetaData metaData, TableName table) throws SQLException {
        try (ResultSet rows = metaData.getExportedKeys(table.catalog(), table.schema(), table.name())) {
            return all(rows);
        }
    }

    private static List<ForeignKey> all(ResultSet rows) throws SQLException {
        // keys without a name are told apart by their sequence, which starts again with each
        Map<List<Object>, ForeignKey> keys = new LinkedHashMap<>();
        int unnamed = 0;
        while (rows.next()) {
            TableName from = new TableName(
                    rows.getString("FKTABLE_CAT"), rows.getString("FKTABLE_SCHEM"), rows.getString("FKTABLE_NAME"));
            TableName to = new TableName(
                    rows.getString("PKTABLE_CAT"), rows.getString("PKTABLE_SCHEM"), rows.getString("PKTABLE_NAME"));
            String name = rows.getString("FK_NAME");
            if (rows.getInt("KEY_SEQ") <= 1) {
                unnamed++;
            }
            List<Object> id = List.of(from, to, name == null || name.isEmpty() ? unnamed : name);
            int deleteRule = rows.getInt("DELETE_RULE");
            ForeignKey key = keys.computeIfAbsent(
                    id, made -> new ForeignKey(from, to, new ArrayList<>(), new ArrayList<>(), deleteRule));
            key.columns().add(rows.getString("FKCOLUMN_NAME"));
            key.referenced().add(rows.getString("PKCOLUMN_NAME"));
        }
        return List.copyOf(keys.values());
    }

    /** Tells whether the database changes the referring rows by itself when one that they refer to is deleted. */
    boolean changesOthersOnDelete() {
        return deleteRule == DatabaseMetaData.importedKeyCascade
                || deleteRule == DatabaseMetaData.importedKeySetNull
                || deleteRule == DatabaseMetaData.importedKeySetDefault;
    }

    /** Returns what the database does, in SQL's words. */
    String shownRule() {
        return switch (deleteRule) {
            case DatabaseMetaData.importedKeyCascade -> "ON DELETE CASCADE";
            case DatabaseMetaData.importedKeySetNull -> "ON DELETE SET NULL";
            case DatabaseMetaData.importedKeySetDefault -> "ON DELETE SET DEFAULT";
            default -> "no action";
        };
    }
}
