package dev.datasync.http;

import dev.datasync.row.ConversionException;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.RowShapes;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** A path with the names of fields in it, such as {@code /customers/{id}}. Immutable. */
final class PathTemplate {

    private final String text;

    /** What is between the names: one more than these. */
    private final List<String> constants;

    private final List<String> names;

    private PathTemplate(String text, List<String> constants, List<String> names) {
        this.text = text;
        this.constants = constants;
        this.names = names;
    }

    /**
     * Returns the template that a user writes.
     *
     * @throws IllegalArgumentException when that is no path, or a brace lacks its other half
     */
    static PathTemplate of(URI base, String text) {
        List<String> constants = new ArrayList<>();
        List<String> names = new ArrayList<>();
        int from = 0;
        for (int open = text.indexOf('{'); open >= 0; open = text.indexOf('{', from)) {
            int close = text.indexOf('}', open);
            String name = close < 0 ? "" : text.substring(open + 1, close);
            if (name.isBlank() || name.indexOf('{') >= 0) {
                throw new IllegalArgumentException(
                        "a field's name in a path is written in braces, such as /customers/{id}");
            }
            constants.add(text.substring(from, open));
            names.add(name);
            from = close + 1;
        }
        constants.add(text.substring(from));
        if (constants.stream().anyMatch(constant -> constant.indexOf('}') >= 0)) {
            throw new IllegalArgumentException(
                    "a field's name in a path is written in braces, such as /customers/{id}");
        }
        PathTemplate template = new PathTemplate(text, List.copyOf(constants), List.copyOf(names));
        RequestUri.below(base, template.joined(names.stream().map(name -> "x").toList()));
        return template;
    }

    List<String> names() {
        return names;
    }

    /**
     * Returns where the request for a record goes.
     *
     * @throws Refused when a value cannot name a record
     */
    URI uri(URI base, Row record) throws Refused {
        List<String> values = new ArrayList<>(names.size());
        for (String name : names) {
            values.add(RequestUri.encoded(value(name, record)));
        }
        String path = joined(values);
        int query = path.indexOf('?');
        for (String segment : (query < 0 ? path : path.substring(0, query)).split("/", -1)) {
            if (segment.equals(".") || segment.equals("..")) {
                // servers and clients take these away, together with what is before them: another record's address
                throw new Refused("field '" + names.get(0) + "' would make a path with . or .. in it, which is another"
                        + " record's");
            }
        }
        return RequestUri.below(base, path);
    }

    private static String value(String name, Row record) throws Refused {
        Object value = record.has(name) ? record.value(name) : null;
        if (value == null) {
            throw new Refused("field '" + name + "', which is part of the address, has no value");
        }
        String text;
        try {
            text = (String) FieldType.text().convert(value);
        } catch (ConversionException e) {
            throw new Refused("field '" + name + "' cannot be part of an address");
        }
        if (text.isEmpty() || text.equals(".") || text.equals("..") || RowShapes.hasLoneSurrogate(text)) {
            throw new Refused("field '" + name + "', which is part of the address, is "
                    + (text.isEmpty() ? "empty" : "no name of a record"));
        }
        return text;
    }

    private String joined(List<String> values) {
        StringBuilder joined = new StringBuilder(constants.get(0));
        for (int i = 0; i < values.size(); i++) {
            joined.append(values.get(i)).append(constants.get(i + 1));
        }
        return joined.toString();
    }

    /** Returns the template for messages: without query, which may hold a secret. */
    String shown() {
        int query = text.indexOf('?');
        return query < 0 ? text : text.substring(0, query);
    }

    /** Returns the whole address for messages, with the names of fields and not their values. */
    String shownBelow(URI base) {
        String front = RequestUri.shown(base);
        String path = shown();
        return (front.endsWith("/") ? front.substring(0, front.length() - 1) : front)
                + (path.isEmpty() || path.startsWith("/") ? "" : "/")
                + path;
    }

    @Override
    public String toString() {
        return shown();
    }
}
