package dev.datasync.jdbc;

import dev.datasync.row.Field;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a user says of a table. Immutable.
 *
 * @param database where it is
 * @param schema the schema's name as the user wrote it, or {@code null}
 * @param name the table's name as the user wrote it
 * @param columns the only columns that are read and written; empty for all
 * @param scope the condition that all rows meet which are read or written, or {@code null} for all
 * @param insertOnly the columns that an insert sets and an update does not
 * @param preserved the columns that are never written
 * @param choices what was said without further words
 */
record TableSettings(
        JdbcDatabase database,
        @Nullable String schema,
        String name,
        List<String> columns,
        @Nullable SqlText scope,
        Set<String> insertOnly,
        Set<String> preserved,
        Set<Choice> choices) {

    /** What can be said of a table without further words. */
    enum Choice {
        CREATE_IF_MISSING,
        OPTIMISTIC,
        ALLOW_CASCADES
    }

    TableSettings {
        columns = List.copyOf(columns);
        insertOnly = Set.copyOf(insertOnly);
        preserved = Set.copyOf(preserved);
        choices = Set.copyOf(choices);
    }

    static TableSettings of(JdbcDatabase database, @Nullable String schema, String name) {
        return new TableSettings(database, schema, name, List.of(), null, Set.of(), Set.of(), Set.of());
    }

    TableSettings columns(String first, String... more) {
        List<String> names = List.copyOf(union(Set.of(), first, more));
        return new TableSettings(database, schema, name, names, scope, insertOnly, preserved, choices);
    }

    TableSettings within(SqlText condition) {
        SqlText all = scope == null ? condition : scope.and(condition);
        return new TableSettings(database, schema, name, columns, all, insertOnly, preserved, choices);
    }

    TableSettings insertOnly(String first, String... more) {
        return new TableSettings(
                database, schema, name, columns, scope, union(insertOnly, first, more), preserved, choices);
    }

    TableSettings preserve(String first, String... more) {
        return new TableSettings(
                database, schema, name, columns, scope, insertOnly, union(preserved, first, more), choices);
    }

    TableSettings with(Choice choice) {
        Set<Choice> all = new LinkedHashSet<>(choices);
        all.add(choice);
        return new TableSettings(database, schema, name, columns, scope, insertOnly, preserved, all);
    }

    /**
     * Checks what a user calls something in a database.
     *
     * @throws IllegalArgumentException when the name is blank or has control characters
     */
    static void checkName(String what, String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException(what + " needs a name that is not blank");
        }
        if (name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("the name of " + what
                    + " has a control character, such as the end of a line: no database can be expected to take it");
        }
    }

    boolean is(Choice choice) {
        return choices.contains(choice);
    }

    /** Returns the columns that are marked, by their trait. */
    Map<Field.Trait, Set<String>> traits() {
        return Map.of(Field.Trait.INSERT_ONLY, insertOnly, Field.Trait.PRESERVED, preserved);
    }

    /** Returns the word by which a user marks columns. */
    String word(Field.Trait trait) {
        return trait == Field.Trait.PRESERVED ? "preserve" : "insertOnly";
    }

    /** Returns the name as the user wrote it. */
    String shown() {
        return schema == null ? name : schema + "." + name;
    }

    private static Set<String> union(Set<String> some, String first, String[] more) {
        Set<String> all = new LinkedHashSet<>(some);
        all.add(first);
        all.addAll(Arrays.asList(more));
        all.forEach(name -> checkName("a column", name));
        return all;
    }
}
