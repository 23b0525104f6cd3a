package dev.datasync.jdbc;

import java.util.Objects;
import org.jooq.Name;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * A table's name as the database has it.
 *
 * @param catalog the catalog, where the product has catalogs
 * @param schema the schema, where the product has schemas
 * @param name the table's own name
 */
record TableName(@Nullable String catalog, @Nullable String schema, String name) {

    /** Returns the name with its schema, to be quoted. */
    Name qualified() {
        String qualifier = qualifier();
        return qualifier == null ? DSL.name(name) : DSL.name(qualifier, name);
    }

    /** Returns the schema, or what stands in its place in a product that has catalogs instead. */
    @Nullable
    String qualifier() {
        return schema == null ? catalog : schema;
    }

    /** Tells whether it is the same table of one database; metadata does not name the catalog everywhere. */
    boolean isSame(TableName other) {
        return name.equals(other.name) && Objects.equals(qualifier(), other.qualifier());
    }

    @Override
    public String toString() {
        String qualifier = qualifier();
        return qualifier == null ? name : qualifier + "." + name;
    }
}
