package dev.datasync.row;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A record without a class: an array of values and the {@link Schema} that names them. Immutable, and safe for use by
 * several threads as long as nobody changes a {@code byte[]}, list or map inside.
 *
 * <p>The typed getters convert: {@code decimal("price")} reads a number out of the text of a CSV file as well as out of
 * a database column. What does not convert, is {@code null} or is not there fails with a {@link RowException} that
 * names the field. Where {@code null} is allowed, ask {@link #isNull} first, give a fallback, or take
 * {@link #value(String)}.
 *
 * <p>{@link #toString()} shows the values and is meant for people: never log it where values are confidential.
 */
public final class Row {

    private final Schema schema;
    private final @Nullable Object[] values;

    Row(Schema schema, @Nullable Object[] values) {
        if (values.length != schema.size()) {
            throw new IllegalArgumentException(
                    "a row of " + schema.size() + " fields cannot have " + values.length + " values");
        }
        this.schema = schema;
        this.values = values;
    }

    /**
     * Returns a row of names and values by turns, each field typed by its value's class.
     *
     * @param namesAndValues a name, its value, the next name, its value, and so on
     * @return the row
     * @throws IllegalArgumentException when a value has no name or a name is no text
     * @throws ConversionException when a value's class is not supported
     */
    public static Row of(@Nullable Object... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("names and values must come in pairs");
        }
        Field[] fields = new Field[namesAndValues.length / 2];
        @Nullable Object[] values = new @Nullable Object[fields.length];
        for (int i = 0; i < fields.length; i++) {
            if (!(namesAndValues[2 * i] instanceof String name)) {
                throw new IllegalArgumentException("argument " + 2 * i + " must be the name of a field");
            }
            Object value = namesAndValues[2 * i + 1];
            fields[i] = Field.of(name, typeOf(value));
            values[i] = held(fields[i].type(), value);
        }
        return new Row(Schema.of(fields), values);
    }

    /**
     * Returns a row with the components of a Java record.
     *
     * @param record the record to read
     * @return the row, with a field for each component
     */
    public static Row from(Record record) {
        return JavaRecordType.rowOf(record);
    }

    /** Returns a value in the class of its type. A decimal keeps its scale: 1.10 stays 1.10 until a target stores it. */
    private static @Nullable Object held(FieldType type, @Nullable Object value) {
        return value == null || value instanceof BigDecimal ? value : type.convert(value);
    }

    private static FieldType typeOf(@Nullable Object value) {
        return value == null ? FieldType.any() : FieldType.of(value.getClass());
    }

    /**
     * Returns the names and types of this row's fields.
     *
     * @return the schema
     */
    public Schema schema() {
        return schema;
    }

    /**
     * Tells whether there is a field of that name, even if it is {@code null}.
     *
     * @param name the field's name
     * @return whether there is
     */
    public boolean has(String name) {
        return schema.has(name);
    }

    /**
     * Tells whether a field is {@code null}.
     *
     * @param name the field's name
     * @return whether it is
     * @throws RowException when there is no such field
     */
    public boolean isNull(String name) {
        return value(name) == null;
    }

    /**
     * Returns a field's value as it is.
     *
     * @param name the field's name
     * @return the value, or {@code null}
     * @throws RowException when there is no such field
     */
    public @Nullable Object value(String name) {
        return values[schema.require(name)];
    }

    /**
     * Returns a value by its place.
     *
     * @param index the field's place in the schema, from 0
     * @return the value, or {@code null}
     * @throws IndexOutOfBoundsException when there is no such place
     */
    public @Nullable Object value(int index) {
        return values[index];
    }

    /**
     * Returns a field as text.
     *
     * @param name the field's name
     * @return the text
     * @throws RowException when the field is not there, is {@code null} or does not convert
     */
    public String text(String name) {
        return (String) get(name, FieldType.text());
    }

    /**
     * Returns a field as text, or another text where it is {@code null}.
     *
     * @param name the field's name
     * @param fallback the text to return for {@code null}
     * @return the text
     * @throws RowException when the field is not there or does not convert
     */
    public String text(String name, String fallback) {
        return isNull(name) ? fallback : text(name);
    }

    /**
     * Returns a field as a whole number.
     *
     * @param name the field's name
     * @return the number
     * @throws RowException when the field is not there, is {@code null} or does not convert
     */
    public long integer(String name) {
        return (Long) get(name, FieldType.integer());
    }

    /**
     * Returns a field as a whole number, or another number where it is {@code null}.
     *
     * @param name the field's name
     * @param fallback the number to return for {@code null}
     * @return the number
     * @throws RowException when the field is not there or does not convert
     */
    public long integer(String name, long fallback) {
        return isNull(name) ? fallback : integer(name);
    }

    /**
     * Returns a field as an exact decimal number.
     *
     * @param name the field's name
     * @return the number, with its scale as it is
     * @throws RowException when the field is not there, is {@code null} or does not convert
     */
    public BigDecimal decimal(String name) {
        Object value = nonNull(name);
        try {
            return Values.toDecimal(value);
        } catch (ConversionException e) {
            throw notConverted(name, e);
        }
    }

    /**
     * Returns a field as an exact decimal number, or another number where it is {@code null}.
     *
     * @param name the field's name
     * @param fallback the number to return for {@code null}
     * @return the number
     * @throws RowException when the field is not there or does not convert
     */
    public BigDecimal decimal(String name, BigDecimal fallback) {
        return isNull(name) ? fallback : decimal(name);
    }

    /**
     * Returns a field as a floating-point number.
     *
     * @param name the field's name
     * @return the number
     * @throws RowException when the field is not there, is {@code null} or does not convert
     */
    public double float64(String name) {
        return (Double) get(name, FieldType.float64());
    }

    /**
     * Returns a field as a floating-point number, or another number where it is {@code null}.
     *
     * @param name the field's name
     * @param fallback the number to return for {@code null}
     * @return the number
     * @throws RowException when the field is not there or does not convert
     */
    public double float64(String name, double fallback) {
        return isNull(name) ? fallback : float64(name);
    }

    /**
     * Returns a field as true or false. {@code true}, {@code t}, {@code yes}, {@code y}, {@code on} and {@code 1} are
     * true in any case, their opposites are false.
     *
     * @param name the field's name
     * @return true or false
     * @throws RowException when the field is not there, is {@code null} or does not convert
     */
    public boolean bool(String name) {
        return (Boolean) get(name, FieldType.bool());
    }

    /**
     * Returns a field as true or false, or a fallback where it is {@code null}.
     *
     * @param name the field's name
     * @param fallback what to return for {@code null}
     * @return true or false
     * @throws RowException when the field is not there or does not convert
     */
    public boolean bool(String name, boolean fallback) {
        return isNull(name) ? fallback : bool(name);
    }

    /**
     * Returns a field as a date.
     *
     * @param name the field's name
     * @return the date
     * @throws RowException when the field is not there, is {@code null} or does not convert
     */
    public LocalDate date(String name) {
        return (LocalDate) get(name, FieldType.date());
    }

    /**
     * Returns a field as a time of day.
     *
     * @param name the field's name
     * @return the time
     * @throws RowException when the field is not there, is {@code null} or does not convert
     */
    public LocalTime time(String name) {
        return (LocalTime) get(name, FieldType.time());
    }

    /**
     * Returns a field as a date and time without zone.
     *
     * @param name the field's name
     * @return the date and time
     * @throws RowException when the field is not there, is {@code null} or does not convert
     */
    public LocalDateTime timestamp(String name) {
        return (LocalDateTime) get(name, FieldType.timestamp());
    }

    /**
     * Returns a field as a point on the time line.
     *
     * @param name the field's name
     * @return the instant
     * @throws RowException when the field is not there, is {@code null} or does not convert
     */
    public Instant instant(String name) {
        return (Instant) get(name, FieldType.instant());
    }

    /**
     * Returns a field as a UUID.
     *
     * @param name the field's name
     * @return the UUID
     * @throws RowException when the field is not there, is {@code null} or does not convert
     */
    public UUID uuid(String name) {
        return (UUID) get(name, FieldType.uuid());
    }

    /**
     * Returns a field as bytes; from text they are Base64.
     *
     * @param name the field's name
     * @return the bytes; not to be changed
     * @throws RowException when the field is not there, is {@code null} or does not convert
     */
    public byte[] binary(String name) {
        return (byte[]) get(name, FieldType.binary());
    }

    /**
     * Returns a field as a list.
     *
     * @param name the field's name
     * @return the list; not to be changed; may hold {@code null}
     * @throws RowException when the field is not there, is {@code null} or does not convert
     */
    @SuppressWarnings("unchecked") // what list() converts to
    public List<@Nullable Object> list(String name) {
        return (List<@Nullable Object>) get(name, FieldType.list(FieldType.any()));
    }

    /**
     * Returns a field as nested fields by name.
     *
     * @param name the field's name
     * @return the nested fields; not to be changed; may hold {@code null}
     * @throws RowException when the field is not there, is {@code null} or does not convert
     */
    @SuppressWarnings("unchecked") // what map() converts to
    public Map<String, @Nullable Object> map(String name) {
        return (Map<String, @Nullable Object>) get(name, FieldType.map());
    }

    private Object get(String name, FieldType type) {
        Object value = nonNull(name);
        try {
            return type.convert(value);
        } catch (ConversionException e) {
            throw notConverted(name, e);
        }
    }

    private Object nonNull(String name) {
        Object value = value(name);
        if (value == null) {
            throw new RowException(
                    name, "field '" + name + "' is null: ask isNull(\"" + name + "\") first or give a fallback");
        }
        return value;
    }

    private static RowException notConverted(String name, ConversionException cause) {
        return new RowException(name, "field '" + name + "': " + cause.getMessage());
    }

    /**
     * Returns this row with a field set; a field that was not there comes last.
     *
     * @param name the field's name
     * @param value its value, or {@code null}
     * @return the row with that value
     * @throws RowException when the value's class is not supported
     */
    public Row with(String name, @Nullable Object value) {
        int index = schema.indexOf(name);
        FieldType type = value == null && index >= 0 ? schema.field(index).type() : typeOf(value);
        Object converted;
        try {
            converted = held(type, value);
        } catch (ConversionException e) {
            throw notConverted(name, e);
        }
        Schema changed = schema.with(index >= 0 ? schema.field(index).typed(type) : Field.of(name, type));
        @Nullable Object[] copy = Arrays.copyOf(values, changed.size());
        copy[index >= 0 ? index : values.length] = converted;
        return new Row(changed, copy);
    }

    /**
     * Returns this row without some fields.
     *
     * @param names the fields to leave out
     * @return the row without them
     * @throws RowException when there is no such field
     */
    public Row without(String... names) {
        return project(schema.without(names));
    }

    /**
     * Returns this row with a field under another name.
     *
     * @param from the field's name now
     * @param to its new name
     * @return the row with that name
     * @throws RowException when there is no such field, or another one has the new name
     */
    public Row rename(String from, String to) {
        return new Row(schema.rename(from, to), values);
    }

    /**
     * Returns a row of some of these fields, in the order given.
     *
     * @param names the fields to keep
     * @return the row of those fields
     * @throws RowException when there is no such field
     */
    public Row select(String... names) {
        return project(schema.select(names));
    }

    private Row project(Schema smaller) {
        @Nullable Object[] kept = new @Nullable Object[smaller.size()];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = values[schema.require(smaller.field(i).name())];
        }
        return new Row(smaller, kept);
    }

    /**
     * Returns this row as a Java record, each component taken from the field of its name.
     *
     * @param type the record's class
     * @param <R> the record's type
     * @return the record
     * @throws RowException when a component has no field or its value does not convert
     */
    public <R extends Record> R as(Class<R> type) {
        return RecordType.of(type).fromRow(this);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || other instanceof Row row
                        && schema.names().equals(row.schema.names())
                        && Arrays.deepEquals(values, row.values);
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(values);
    }

    /**
     * Returns names and values, for a person to read.
     *
     * @return for example {@code {id=4, name=Ada}}
     */
    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(", ", "{", "}");
        for (int i = 0; i < values.length; i++) {
            Object value = values[i];
            text.add(schema.field(i).name() + "="
                    + (value instanceof byte[] bytes ? bytes.length + " bytes" : String.valueOf(value)));
        }
        return text.toString();
    }
}
