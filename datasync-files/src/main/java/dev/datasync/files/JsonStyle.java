package dev.datasync.files;

import dev.datasync.row.FieldType;
import dev.datasync.row.RowShapes;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How values are written: in one line, or with each member on a line of its own.
 *
 * @param lead what comes before a member, a line break and blanks; {@code null} for everything in one line
 * @param close what comes before the brace that ends the object
 * @param unit by how much what is nested is indented more
 * @param gap what comes behind a comma in one line
 * @param colon what stands between a name and its value
 */
record JsonStyle(@Nullable String lead, String close, String unit, String gap, String colon) {

    static final JsonStyle ONE_LINE = new JsonStyle(null, "", "  ", " ", ": ");
    static final JsonStyle COMPACT = new JsonStyle(null, "", "  ", "", ":");

    private static final int PLAIN_DIGITS = 40;
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    /** A value that no JSON can hold, or none that we would read again. */
    static final class Unwritable extends Exception {

        private static final long serialVersionUID = 1L;

        Unwritable(String reason) {
            super(reason, null, false, false);
        }

        String reason() {
            return String.valueOf(getMessage());
        }
    }

    /** Returns this style for what is nested one level deeper. */
    JsonStyle nested() {
        return lead == null ? this : new JsonStyle(lead + unit, lead, unit, gap, colon);
    }

    void append(StringBuilder out, @Nullable Object value) throws Unwritable {
        append(out, value, 0);
    }

    private void append(StringBuilder out, @Nullable Object value, int depth) throws Unwritable {
        if (depth > JsonLimits.DEEPEST / 2) {
            throw new Unwritable("values are nested deeper than " + JsonLimits.DEEPEST / 2 + " levels");
        }
        if (value == null || value instanceof Boolean || value instanceof Long || value instanceof Integer) {
            out.append(value);
        } else if (value instanceof Map<?, ?> map) {
            object(out, map, depth);
        } else if (value instanceof Collection<?> list) {
            array(out, list, depth);
        } else if (value instanceof Number number) {
            out.append(number(number));
        } else {
            text(out, (String) FieldType.text().convert(value));
        }
    }

    private void object(StringBuilder out, Map<?, ?> map, int depth) throws Unwritable {
        out.append('{');
        String separator = "";
        for (Map.Entry<?, ?> member : map.entrySet()) {
            out.append(separator);
            out.append(lead != null ? lead : separator.isEmpty() ? "" : gap);
            text(out, String.valueOf(member.getKey()));
            out.append(colon);
            nested().append(out, member.getValue(), depth + 1);
            separator = ",";
        }
        out.append(map.isEmpty() ? "" : close).append('}');
    }

    private void array(StringBuilder out, Collection<?> list, int depth) throws Unwritable {
        out.append('[');
        String separator = "";
        for (Object item : list) {
            out.append(separator);
            out.append(lead != null ? lead : separator.isEmpty() ? "" : gap);
            nested().append(out, item, depth + 1);
            separator = ",";
        }
        out.append(list.isEmpty() ? "" : close).append(']');
    }

    private static String number(Number value) throws Unwritable {
        if (value instanceof Double || value instanceof Float) {
            double number = value.doubleValue();
            if (Double.isNaN(number) || Double.isInfinite(number)) {
                throw new Unwritable("NaN and infinity are no numbers in JSON");
            }
        }
        BigDecimal number = value instanceof BigDecimal decimal ? decimal : new BigDecimal(value.toString());
        if (!JsonLimits.isReasonable(number)) {
            throw new Unwritable("a number of more than " + JsonLimits.MOST_DIGITS + " digits is too long");
        }
        boolean isShort = number.precision() + Math.abs((long) number.scale()) <= PLAIN_DIGITS;
        return isShort ? number.toPlainString() : number.toString();
    }

    static void text(StringBuilder out, String text) throws Unwritable {
        if (RowShapes.hasLoneSurrogate(text)) {
            throw new Unwritable("a text has half of a character that needs two, which no UTF-8 can hold");
        }
        quote(out, text);
    }

    /** Appends a text in quotes. */
    static void quote(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c >= ' ') {
                out.append(c);
            } else if (c == '\n') {
                out.append("\\n");
            } else if (c == '\r') {
                out.append("\\r");
            } else if (c == '\t') {
                out.append("\\t");
            } else {
                out.append("\\u00").append(HEX[c >> 4]).append(HEX[c & 15]);
            }
        }
        out.append('"');
    }
}
