package dev.datasync.http;

import java.util.ArrayList;
import java.util.List;

/**
 * A way to a value inside a JSON document, see RFC 6901.
 *
 * @param names the names and numbers on the way; empty for the document itself
 */
record Pointer(List<String> names) {

    static final Pointer DOCUMENT = new Pointer(List.of());

    /**
     * Returns the pointer that a user writes.
     *
     * @throws IllegalArgumentException when it is none
     */
    static Pointer parsed(String text) {
        if (!text.isEmpty() && text.charAt(0) != '/') {
            throw new IllegalArgumentException(
                    "a pointer begins with '/', such as /data/items: '" + ShownName.of(text) + "' does not");
        }
        List<String> names = new ArrayList<>();
        for (int from = 1; from <= text.length(); ) {
            int end = text.indexOf('/', from);
            String name = text.substring(from, end < 0 ? text.length() : end);
            if (name.replace("~0", "").replace("~1", "").indexOf('~') >= 0) {
                throw new IllegalArgumentException(
                        "in a pointer '~' is written ~0 and '/' in a name ~1: '" + ShownName.of(text) + "'");
            }
            names.add(name.replace("~1", "/").replace("~0", "~"));
            from = end < 0 ? text.length() + 1 : end + 1;
        }
        return new Pointer(List.copyOf(names));
    }

    boolean isDocument() {
        return names.isEmpty();
    }

    /** Tells whether the value is another one's, or lies inside of it. */
    boolean isWithin(Pointer other) {
        return names.size() >= other.names.size()
                && names.subList(0, other.names.size()).equals(other.names);
    }

    /** Returns the first so many names as a person writes them. */
    String shown(int length) {
        StringBuilder shown = new StringBuilder();
        for (String name : names.subList(0, length)) {
            shown.append('/').append(ShownName.of(name.replace("~", "~0").replace("/", "~1")));
        }
        return shown.toString();
    }

    @Override
    public String toString() {
        return shown(names.size());
    }
}
