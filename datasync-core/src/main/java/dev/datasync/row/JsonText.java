package dev.datasync.row;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * JSON in one form, so that equal documents are equal texts: the names of an object in the order of their characters,
 * numbers without zeros that do not count, no white space. Databases have forms of their own, and this one lies between
 * them. The grammar is that of RFC 8259; of two members with one name the last counts, as in PostgreSQL's {@code jsonb}.
 *
 * <p>Written by hand, because it is part of comparing and the core has no dependencies.
 */
final class JsonText {

    /** Deeper documents would exhaust the stack, and nobody means them. */
    private static final int DEEPEST = 500;

    /** Larger exponents make numbers that take a database forever to print. */
    private static final int LARGEST_EXPONENT = 100_000;

    /** Up to here a number is written without an exponent. */
    private static final int PLAIN_DIGITS = 40;

    private final String text;
    private int place;

    private JsonText(String text) {
        this.text = text;
    }

    /**
     * Returns a document in its one form.
     *
     * @throws ConversionException when the text is not JSON
     */
    static String canonical(String text) {
        JsonText parser = new JsonText(text);
        StringBuilder out = new StringBuilder(text.length());
        parser.space();
        parser.value(out, 0);
        parser.space();
        if (parser.place < text.length()) {
            throw parser.notJson("more text after its end");
        }
        return out.toString();
    }

    /**
     * Returns a value as a document in its one form: maps and rows as objects, collections as arrays, and whatever is
     * neither a number nor a truth value as a string.
     *
     * @throws ConversionException when the value has no such form
     */
    static String of(Object value) {
        StringBuilder out = new StringBuilder();
        write(out, value, 0);
        return out.toString();
    }

    private static void write(StringBuilder out, @Nullable Object value, int depth) {
        if (depth > DEEPEST) {
            throw tooDeep();
        }
        if (value == null || value instanceof Boolean) {
            out.append(value);
        } else if (value instanceof Row row) {
            Map<String, Object> members = new TreeMap<>();
            for (int i = 0; i < row.schema().size(); i++) {
                members.put(row.schema().field(i).name(), document(row.value(i), depth));
            }
            object(out, members);
        } else if (value instanceof Map<?, ?> map) {
            Map<String, Object> members = new TreeMap<>();
            map.forEach((name, item) -> members.put(String.valueOf(name), document(item, depth)));
            object(out, members);
        } else if (value instanceof Collection<?> items) {
            out.append('[');
            String separator = "";
            for (Object item : items) {
                out.append(separator);
                write(out, item, depth + 1);
                separator = ",";
            }
            out.append(']');
        } else if (value instanceof Number number) {
            number(out, Values.toDecimal(number));
        } else {
            string(out, Values.toText(value));
        }
    }

    private static String document(@Nullable Object value, int depth) {
        StringBuilder out = new StringBuilder();
        write(out, value, depth + 1);
        return out.toString();
    }

    private static void object(StringBuilder out, Map<String, ?> members) {
        out.append('{');
        String separator = "";
        for (Map.Entry<String, ?> member : members.entrySet()) {
            out.append(separator);
            string(out, member.getKey());
            out.append(':').append(member.getValue());
            separator = ",";
        }
        out.append('}');
    }

    private static void number(StringBuilder out, BigDecimal number) {
        BigDecimal stripped = number.stripTrailingZeros();
        boolean isShort = stripped.precision() + Math.abs((long) stripped.scale()) <= PLAIN_DIGITS;
        out.append(isShort ? stripped.toPlainString() : stripped.toString());
    }

    private static void string(StringBuilder out, String value) {
        out.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append("\\u00").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    // ---------------------------------------------------------------- parsing

    private void value(StringBuilder out, int depth) {
        if (depth > DEEPEST) {
            throw tooDeep();
        }
        switch (peek()) {
            case '{' -> object(out, depth);
            case '[' -> array(out, depth);
            case '"' -> string(out, string());
            case 't' -> literal(out, "true");
            case 'f' -> literal(out, "false");
            case 'n' -> literal(out, "null");
            default -> number(out);
        }
    }

    private void object(StringBuilder out, int depth) {
        Map<String, StringBuilder> members = new TreeMap<>();
        place++;
        space();
        if (peek() != '}') {
            place--;
            do {
                place++;
                space();
                String name = string();
                space();
                take(':');
                space();
                StringBuilder member = new StringBuilder();
                value(member, depth + 1);
                members.put(name, member);
                space();
            } while (peek() == ',');
        }
        take('}');
        object(out, members);
    }

    private void array(StringBuilder out, int depth) {
        out.append('[');
        place++;
        space();
        if (peek() != ']') {
            value(out, depth + 1);
            space();
            while (peek() == ',') {
                place++;
                out.append(',');
                space();
                value(out, depth + 1);
                space();
            }
        }
        take(']');
        out.append(']');
    }

    private String string() {
        take('"');
        StringBuilder value = new StringBuilder();
        while (peek() != '"') {
            char c = text.charAt(place++);
            if (c < ' ') {
                throw notJson("a control character in a string");
            }
            value.append(c == '\\' ? escaped() : c);
        }
        place++;
        return value.toString();
    }

    private char escaped() {
        char c = peek();
        place++;
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> hexadecimal();
            default -> throw notJson("an unknown escape");
        };
    }

    private char hexadecimal() {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            int digit = peek() < 128 ? Character.digit(peek(), 16) : -1;
            if (digit < 0) {
                throw notJson("an escape that is not hexadecimal");
            }
            value = value * 16 + digit;
            place++;
        }
        return (char) value;
    }

    private void literal(StringBuilder out, String literal) {
        if (!text.startsWith(literal, place)) {
            throw notJson("a word that is not true, false or null");
        }
        place += literal.length();
        out.append(literal);
    }

    private void number(StringBuilder out) {
        int start = place;
        skip('-');
        if (!skip('0')) {
            digits();
        }
        if (skip('.')) {
            digits();
        }
        if (skip('e') || skip('E')) {
            if (!skip('-')) {
                skip('+');
            }
            digits();
        }
        try {
            BigDecimal number = new BigDecimal(text.substring(start, place));
            if (Math.abs((long) number.scale()) > LARGEST_EXPONENT) {
                throw new ConversionException("JSON with a number whose exponent is out of bounds");
            }
            number(out, number);
        } catch (NumberFormatException e) {
            // an exponent beyond that of any number; the message would show the value
            throw new ConversionException("JSON with a number whose exponent is out of bounds");
        }
    }

    private void digits() {
        int start = place;
        while (place < text.length() && text.charAt(place) >= '0' && text.charAt(place) <= '9') {
            place++;
        }
        if (place == start) {
            throw notJson("a value that is missing or unknown");
        }
    }

    private boolean skip(char c) {
        if (place < text.length() && text.charAt(place) == c) {
            place++;
            return true;
        }
        return false;
    }

    private void take(char c) {
        if (peek() != c) {
            throw notJson("no '" + c + "' where one is needed");
        }
        place++;
    }

    private char peek() {
        if (place >= text.length()) {
            throw notJson("an end where more is needed");
        }
        return text.charAt(place);
    }

    private void space() {
        while (place < text.length() && " \t\r\n".indexOf(text.charAt(place)) >= 0) {
            place++;
        }
    }

    private ConversionException notJson(String what) {
        return new ConversionException(
                "a text of " + text.length() + " characters is not JSON: " + what + " at character " + (place + 1));
    }

    private static ConversionException tooDeep() {
        return new ConversionException("JSON that is nested deeper than " + DEEPEST + " levels");
    }
}
