package dev.datasync.files;

import dev.datasync.row.FieldType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a user says of a JSON file.
 *
 * @param form how the records lie in it
 * @param pointer the names that lead to the array inside the document; empty when the document is the array
 * @param compression whether it is compressed
 * @param separator what joins the names of flattened fields, or {@code null} when nested values stay nested
 * @param fields the fields that are meant, in order; empty for all
 * @param types the types of fields by name
 * @param layout how a new document is laid out
 */
record JsonOptions(
        Form form,
        List<String> pointer,
        Compression compression,
        @Nullable String separator,
        List<String> fields,
        Map<String, FieldType> types,
        JsonLayout layout) {

    static final JsonOptions DEFAULT = new JsonOptions(
            Form.ARRAY, List.of(), Compression.BY_NAME, null, List.of(), Map.of(), JsonLayout.RECORD_PER_LINE);

    /** How records lie in a file. */
    enum Form {
        /** In an array. */
        ARRAY,
        /** One on each line. */
        LINES
    }

    JsonOptions withForm(Form newForm) {
        return new JsonOptions(newForm, pointer, compression, separator, fields, types, layout);
    }

    JsonOptions withPointer(String text) {
        return new JsonOptions(form, parsed(text), compression, separator, fields, types, layout);
    }

    JsonOptions withCompression(Compression newCompression) {
        return new JsonOptions(form, pointer, newCompression, separator, fields, types, layout);
    }

    JsonOptions withSeparator(String newSeparator) {
        return new JsonOptions(form, pointer, compression, newSeparator, fields, types, layout);
    }

    JsonOptions withFields(List<String> names) {
        return new JsonOptions(form, pointer, compression, separator, names, types, layout);
    }

    JsonOptions withTypes(Map<String, FieldType> newTypes) {
        return new JsonOptions(form, pointer, compression, separator, fields, Map.copyOf(newTypes), layout);
    }

    JsonOptions withLayout(JsonLayout newLayout) {
        return new JsonOptions(form, pointer, compression, separator, fields, types, newLayout);
    }

    boolean isLines() {
        return form == Form.LINES;
    }

    /** Returns the first so many names of the pointer as a person writes them. */
    String shownPointer(int length) {
        StringBuilder shown = new StringBuilder();
        for (String name : pointer.subList(0, length)) {
            shown.append('/').append(Shown.name(name.replace("~", "~0").replace("/", "~1")));
        }
        return shown.toString();
    }

    /** Returns the names of a JSON Pointer, see RFC 6901. */
    private static List<String> parsed(String text) {
        if (!text.isEmpty() && text.charAt(0) != '/') {
            throw new IllegalArgumentException(
                    "a pointer begins with '/', such as /data/items: '" + Shown.name(text) + "' does not");
        }
        List<String> names = new ArrayList<>();
        for (int from = 1; from <= text.length(); ) {
            int end = text.indexOf('/', from);
            String name = text.substring(from, end < 0 ? text.length() : end);
            if (name.replace("~0", "").replace("~1", "").indexOf('~') >= 0) {
                throw new IllegalArgumentException(
                        "in a pointer '~' is written ~0 and '/' in a name ~1: '" + Shown.name(text) + "'");
            }
            names.add(name.replace("~1", "/").replace("~0", "~"));
            from = end < 0 ? text.length() + 1 : end + 1;
        }
        return List.copyOf(names);
    }
}
