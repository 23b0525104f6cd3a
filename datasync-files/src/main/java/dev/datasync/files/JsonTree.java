package dev.datasync.files;

import dev.datasync.files.JsonStyle.Unwritable;
import dev.datasync.row.ConversionException;
import dev.datasync.row.FieldType;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values by the place at which they belong in a record, which flattened names spell out. */
final class JsonTree {

    private final Map<String, Node> members = new LinkedHashMap<>();
    private final @Nullable String separator;

    /** What a name stands for: a value, names below it, or both when one of them says nothing. */
    private static final class Node {

        private @Nullable Object value;
        private boolean hasValue;
        private @Nullable JsonTree below;
    }

    /** A piece of a text that is replaced by another. */
    private record Piece(int from, int to, String text) {}

    JsonTree(@Nullable String separator) {
        this.separator = separator;
    }

    /** Returns a field's value as it is written. */
    static @Nullable Object written(FieldType type, @Nullable Object value, boolean isDeclared) throws Unwritable {
        if (!(type instanceof FieldType.Json) || !(value instanceof String document)) {
            return value;
        }
        boolean isText = document.isEmpty() || "\"n".indexOf(document.charAt(0)) >= 0;
        try {
            // a string alone looks like text when it is read again, and is found to be the same text only as it stands
            return isText && !isDeclared ? document : JsonValues.parsed(document);
        } catch (ConversionException e) {
            throw new Unwritable(String.valueOf(e.getMessage()));
        }
    }

    void put(String name, @Nullable Object value) throws Unwritable {
        if (separator == null) {
            leaf(name, value);
            return;
        }
        if (value instanceof Map<?, ?> map && !map.isEmpty()) {
            throw new Unwritable("flatten() needs the fields of nested values, and this is a nested value as a whole");
        }
        JsonTree tree = this;
        int from = 0;
        for (int at = name.indexOf(separator); at >= 0; at = name.indexOf(separator, from)) {
            Node node = tree.members.computeIfAbsent(name.substring(from, at), part -> new Node());
            if (node.below == null) {
                node.below = new JsonTree(separator);
            }
            tree = node.below;
            from = at + separator.length();
        }
        tree.leaf(name.substring(from), value);
    }

    private void leaf(String name, @Nullable Object value) {
        Node node = members.computeIfAbsent(name, part -> new Node());
        node.value = value;
        node.hasValue = true;
    }

    /** Returns everything as one object. */
    Map<String, @Nullable Object> object() throws Unwritable {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        for (Map.Entry<String, Node> member : members.entrySet()) {
            object.put(member.getKey(), whole(member.getKey(), member.getValue()));
        }
        return object;
    }

    private static @Nullable Object whole(String name, Node node) throws Unwritable {
        JsonTree below = node.below;
        if (below == null || node.hasValue && below.isNothing()) {
            return node.value;
        }
        if (node.hasValue && node.value != null) {
            throw inTheWay(name);
        }
        return below.object();
    }

    /** Tells whether all values are null. */
    private boolean isNothing() {
        return members.values().stream()
                .allMatch(node -> node.value == null && (node.below == null || node.below.isNothing()));
    }

    private static Unwritable inTheWay(String name) {
        return new Unwritable(
                "'" + Shown.name(name) + "' has a value of its own, so that it cannot have names below it");
    }

    /** Returns the text of a record with these values in it, and everything else as it is. */
    byte[] applyTo(byte[] record, JsonStyle style) throws Unwritable {
        List<Piece> pieces = new ArrayList<>();
        collect(JsonObjectText.of(record), style, pieces);
        pieces.sort((first, second) -> Integer.compare(first.from, second.from));
        ByteArrayOutputStream out = new ByteArrayOutputStream(record.length + 64);
        int done = 0;
        for (Piece piece : pieces) {
            out.write(record, done, piece.from - done);
            out.writeBytes(piece.text.getBytes(StandardCharsets.UTF_8));
            done = piece.to;
        }
        out.write(record, done, record.length - done);
        return out.toByteArray();
    }

    private void collect(JsonObjectText object, JsonStyle fallback, List<Piece> pieces) throws Unwritable {
        JsonStyle style = object.style(fallback);
        StringBuilder added = new StringBuilder();
        for (Map.Entry<String, Node> entry : members.entrySet()) {
            Node node = entry.getValue();
            JsonObjectText.Member member = object.member(entry.getKey());
            if (member == null) {
                boolean isFirst = object.isEmpty() && added.isEmpty();
                added.append(isFirst ? "" : ",")
                        .append(style.lead() != null ? style.lead() : isFirst ? "" : style.gap());
                JsonStyle.text(added, entry.getKey());
                added.append(style.colon());
                style.nested().append(added, whole(entry.getKey(), node));
                continue;
            }
            JsonObjectText nested = separator == null ? null : object.object(member);
            if (nested != null && node.below != null && !(node.hasValue && node.value != null)) {
                node.below.collect(nested, style.nested(), pieces);
            } else if (nested != null && !nested.isEmpty() || node.below != null && !object.isNull(member)) {
                throw inTheWay(entry.getKey());
            } else {
                StringBuilder text = new StringBuilder();
                style.nested().append(text, whole(entry.getKey(), node));
                pieces.add(new Piece(member.from(), member.to(), text.toString()));
            }
        }
        if (!added.isEmpty()) {
            String close = object.isEmpty() && style.lead() != null ? style.close() : "";
            pieces.add(new Piece(object.insertAt(), object.insertAt(), added + close));
        }
    }
}
