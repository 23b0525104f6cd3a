package dev.datasync.files;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Names of columns as a user gives them. */
final class ColumnNames {

    private ColumnNames() {}

    /** Returns the names if there are some, none is blank and all differ, upper and lower case apart. */
    static List<String> checked(List<String> names) {
        if (names.isEmpty()) {
            throw new IllegalArgumentException("at least one column must be named");
        }
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (name.isBlank()) {
                throw new IllegalArgumentException("a column needs a name that is not blank");
            }
            if (!seen.add(name.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException("column '" + Shown.name(name)
                        + "' is there twice, upper and lower case apart: give each column its own name");
            }
        }
        return names;
    }
}
