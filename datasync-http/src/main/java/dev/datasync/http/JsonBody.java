package dev.datasync.http;

import dev.datasync.row.ConversionException;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.RowShapes;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Values as JSON. */
final class JsonBody {

    private static final JsonFactory FACTORY = new JsonFactory();

    /** Writing is recursive. */
    private static final int DEEPEST = 400;

    /** Larger numbers are written with an exponent, which says the same and takes no megabytes. */
    private static final int PLAIN_DIGITS = 1_000;

    private JsonBody() {}

    /** A JSON document that is written as it is. */
    private record Document(String text) {}

    /** A value that was written before. */
    record Written(String text) {}

    /**
     * Returns a value as a part of a document.
     *
     * @throws Refused when it has no form in JSON
     */
    static Written written(@Nullable Object value) throws Refused {
        return new Written(new String(bytes(value), StandardCharsets.UTF_8));
    }

    /**
     * Returns a value as a document.
     *
     * @throws Refused when it has no form in JSON
     */
    static byte[] bytes(@Nullable Object value) throws Refused {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
            write(json, value, 0);
        } catch (JacksonException e) {
            // its message may quote a value
            throw new Refused("it cannot be written as JSON (" + e.getClass().getSimpleName() + ")");
        }
        return out.toByteArray();
    }

    /**
     * Returns the values of a row as one object, in which fields that were flattened are nested again.
     *
     * @param separator what is between the names of a flattened field; {@code null} when nothing is flattened
     * @throws Refused when a field has a value of its own and others below it
     */
    static Map<String, @Nullable Object> object(Row row, @Nullable String separator) throws Refused {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        for (int i = 0; i < row.schema().size(); i++) {
            String name = row.schema().field(i).name();
            Object value = value(row, i);
            if (separator == null) {
                object.put(name, value);
            } else {
                put(object, name, separator, value);
            }
        }
        return object;
    }

    private static @Nullable Object value(Row row, int place) {
        Object value = row.value(place);
        return value instanceof String text && row.schema().field(place).type() instanceof FieldType.Json
                ? new Document(text)
                : value;
    }

    private static void put(Map<String, @Nullable Object> object, String name, String separator, @Nullable Object value)
            throws Refused {
        Map<String, @Nullable Object> inner = object;
        int from = 0;
        for (int at = name.indexOf(separator); at >= 0; at = name.indexOf(separator, from)) {
            inner = below(inner, name, name.substring(from, at), value);
            if (inner == null) {
                return;
            }
            from = at + separator.length();
        }
        String last = name.substring(from);
        if (inner.get(last) instanceof Nested) {
            if (value != null) {
                throw inTheWay(last);
            }
        } else {
            inner.put(last, value);
        }
    }

    /** Returns the object of a name, or null when there is nothing to put into it: no object, and no value either. */
    private static @Nullable Map<String, @Nullable Object> below(
            Map<String, @Nullable Object> object, String name, String part, @Nullable Object value) throws Refused {
        Object present = object.get(part);
        if (present instanceof Nested nested) {
            return nested;
        }
        if (present != null) {
            if (value == null) {
                return null;
            }
            throw inTheWay(name);
        }
        Nested nested = new Nested();
        object.put(part, nested);
        return nested;
    }

    private static Refused inTheWay(String name) {
        return new Refused(
                "field '" + ShownName.of(name) + "' cannot be nested again: a part of its name has a value of its own");
    }

    /** An object made of flattened names, which others may join; one that is a value is not joined. */
    private static final class Nested extends LinkedHashMap<String, @Nullable Object> {

        private static final long serialVersionUID = 1L;
    }

    /** Returns a value inside of as many objects as a pointer has names. */
    static @Nullable Object wrapped(Pointer pointer, @Nullable Object value) {
        Object wrapped = value;
        for (int i = pointer.names().size() - 1; i >= 0; i--) {
            Map<String, @Nullable Object> object = new LinkedHashMap<>();
            object.put(pointer.names().get(i), wrapped);
            wrapped = object;
        }
        return wrapped;
    }

    // ---------------------------------------------------------------- writing

    private static void write(JsonGenerator json, @Nullable Object value, int depth) throws Refused {
        if (depth > DEEPEST) {
            throw new Refused("it is nested more than " + DEEPEST + " times");
        }
        if (value == null) {
            json.writeNull();
        } else if (value instanceof Boolean truth) {
            json.writeBoolean(truth);
        } else if (value instanceof Number number) {
            json.writeNumber(number(number));
        } else if (value instanceof Document document) {
            json.writeRawValue(canonical(document.text()));
        } else if (value instanceof Written written) {
            json.writeRawValue(written.text());
        } else if (value instanceof Map<?, ?> map) {
            json.writeStartObject();
            for (Map.Entry<?, ?> member : map.entrySet()) {
                json.writeName(text(String.valueOf(member.getKey())));
                write(json, member.getValue(), depth + 1);
            }
            json.writeEndObject();
        } else if (value instanceof Row row) {
            write(json, object(row, null), depth);
        } else if (value instanceof Record record) {
            write(json, record(record), depth);
        } else if (value instanceof Collection<?> items) {
            json.writeStartArray();
            for (Object item : items) {
                write(json, item, depth + 1);
            }
            json.writeEndArray();
        } else {
            json.writeString(text(value));
        }
    }

    private static Row record(Record record) throws Refused {
        try {
            return Row.from(record);
        } catch (RuntimeException e) {
            throw new Refused("a " + record.getClass().getName() + " cannot be written as JSON");
        }
    }

    private static String number(Number value) throws Refused {
        if (value instanceof Double || value instanceof Float) {
            double number = value.doubleValue();
            if (Double.isNaN(number) || Double.isInfinite(number)) {
                throw new Refused("NaN and infinity are no numbers in JSON");
            }
            return plain(new BigDecimal(value.toString()));
        }
        if (value instanceof BigDecimal number) {
            return plain(number);
        }
        boolean isWhole = value instanceof Long
                || value instanceof Integer
                || value instanceof Short
                || value instanceof Byte
                || value instanceof BigInteger;
        if (isWhole) {
            return value.toString();
        }
        try {
            return plain((BigDecimal) FieldType.decimal().convert(value));
        } catch (ConversionException e) {
            throw unwritable(value);
        }
    }

    private static String plain(BigDecimal number) {
        boolean isShort = number.precision() + Math.abs((long) number.scale()) <= PLAIN_DIGITS;
        return isShort ? number.toPlainString() : number.toString();
    }

    private static String canonical(String document) throws Refused {
        try {
            return text((String) FieldType.json().convert(document));
        } catch (ConversionException e) {
            throw new Refused("a JSON field is not JSON");
        }
    }

    private static String text(Object value) throws Refused {
        String text;
        try {
            text = (String) FieldType.text().convert(value);
        } catch (ConversionException e) {
            throw unwritable(value);
        }
        if (RowShapes.hasLoneSurrogate(text)) {
            throw new Refused("a text has half of a character that needs two, which no UTF-8 can hold");
        }
        return text;
    }

    private static Refused unwritable(Object value) {
        return new Refused("values of " + value.getClass() + " cannot be written as JSON");
    }
}
