package dev.datasync.row;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a {@link Row}, in order. Immutable and safe for use by several threads.
 *
 * <p>One schema is shared by all rows of a source: make it once and let {@link #row(Object...)} make the rows. A schema
 * derived by {@link #with}, {@link #without}, {@link #rename} or {@link #select} is made once and remembered, so that
 * the rows that come out of a transformation share their schema too.
 *
 * <p>A name is looked up as it stands; when no field has exactly that name, by ignoring case, and then by ignoring case
 * and underscores, provided that only one field fits. {@code id} so finds the {@code ID} of a database that folds to
 * upper case, and {@code unitPrice} finds {@code unit_price}.
 */
public final class Schema {

    /** More derived schemas than this come from names made up per row, which must not fill the memory. */
    private static final int MOST_REMEMBERED = 256;

    private static final int AMBIGUOUS = -2;

    private final Field[] fields;
    private final Map<String, Integer> exact;
    private final Map<String, Integer> ignoringCase;
    private final Map<String, Integer> ignoringCaseAndUnderscores;
    private final Map<List<Object>, Schema> derived = new ConcurrentHashMap<>();

    private Schema(Field[] fields) {
        this.fields = fields;
        this.exact = new HashMap<>(fields.length * 2);
        this.ignoringCase = new HashMap<>(fields.length * 2);
        this.ignoringCaseAndUnderscores = new HashMap<>(fields.length * 2);
        for (int i = 0; i < fields.length; i++) {
            String name = fields[i].name();
            if (exact.put(name, i) != null) {
                throw new RowException(name, "field '" + name + "' is there twice: give each field its own name");
            }
            String folded = name.toLowerCase(Locale.ROOT);
            ignoringCase.merge(folded, i, (first, second) -> AMBIGUOUS);
            ignoringCaseAndUnderscores.merge(folded.replace("_", ""), i, (first, second) -> AMBIGUOUS);
        }
    }

    /**
     * Returns a schema with the given fields.
     *
     * @param fields the fields in order
     * @return the schema
     * @throws RowException when two fields have the same name
     */
    public static Schema of(Field... fields) {
        return new Schema(fields.clone());
    }

    /**
     * Returns a schema with the given fields.
     *
     * @param fields the fields in order
     * @return the schema
     * @throws RowException when two fields have the same name
     */
    public static Schema of(Collection<Field> fields) {
        return new Schema(fields.toArray(new Field[0]));
    }

    /**
     * Returns a schema in which every field is text, as a CSV file has it.
     *
     * @param names the fields' names in order
     * @return the schema
     * @throws RowException when a name is there twice
     */
    public static Schema ofText(String... names) {
        return of(Arrays.stream(names)
                .map(name -> Field.of(name, FieldType.text()))
                .toList());
    }

    /**
     * Returns the number of fields.
     *
     * @return the number
     */
    public int size() {
        return fields.length;
    }

    /**
     * Returns a field by its place.
     *
     * @param index the place, from 0
     * @return the field
     * @throws IndexOutOfBoundsException when there is no such place
     */
    public Field field(int index) {
        return fields[index];
    }

    /**
     * Returns a field by its name.
     *
     * @param name the field's name
     * @return the field
     * @throws RowException when no field, or more than one, fits the name
     */
    public Field field(String name) {
        return fields[require(name)];
    }

    /**
     * Returns all fields in order.
     *
     * @return the fields; unmodifiable
     */
    public List<Field> fields() {
        return List.of(fields);
    }

    /**
     * Returns the names of all fields in order.
     *
     * @return the names; unmodifiable
     */
    public List<String> names() {
        return Arrays.stream(fields).map(Field::name).toList();
    }

    /**
     * Returns the place of a field.
     *
     * @param name the field's name
     * @return its place from 0, or -1 when no field, or more than one, fits the name
     */
    public int indexOf(String name) {
        Integer index = exact.get(name);
        if (index == null) {
            String folded = name.toLowerCase(Locale.ROOT);
            index = ignoringCase.get(folded);
            if (index == null) {
                index = ignoringCaseAndUnderscores.get(folded.replace("_", ""));
            }
        }
        return index == null || index == AMBIGUOUS ? -1 : index;
    }

    /**
     * Tells whether a field fits a name.
     *
     * @param name the field's name
     * @return whether exactly one field fits it
     */
    public boolean has(String name) {
        return indexOf(name) >= 0;
    }

    int require(String name) {
        int index = indexOf(name);
        if (index < 0) {
            throw new RowException(name, "there is no field '" + name + "': the fields are " + names());
        }
        return index;
    }

    /**
     * Returns a row of this schema.
     *
     * @param values a value for each field, in order, each {@code null} or an instance of its field's
     *     {@link FieldType#javaType()}; the array is handed over and must not be changed afterwards
     * @return the row
     * @throws IllegalArgumentException when there are not as many values as fields
     */
    public Row row(@Nullable Object... values) {
        return new Row(this, values);
    }

    /**
     * Returns this schema with one field more, or with the field of that name replaced in its place.
     *
     * @param field the field to add or to put in
     * @return the schema
     */
    public Schema with(Field field) {
        int index = indexOf(field.name());
        if (index >= 0 && fields[index].equals(field)) {
            return this;
        }
        return derive(List.of("with", field), () -> {
            Field[] more = Arrays.copyOf(fields, index < 0 ? fields.length + 1 : fields.length);
            more[index < 0 ? fields.length : index] = field;
            return new Schema(more);
        });
    }

    /**
     * Returns this schema without some fields.
     *
     * @param names the fields to leave out
     * @return the schema
     * @throws RowException when there is no such field
     */
    public Schema without(String... names) {
        return derive(List.of("without", List.of(names)), () -> {
            Set<Integer> left = new LinkedHashSet<>();
            for (String name : names) {
                left.add(require(name));
            }
            List<Field> kept = new ArrayList<>();
            for (int i = 0; i < fields.length; i++) {
                if (!left.contains(i)) {
                    kept.add(fields[i]);
                }
            }
            return of(kept);
        });
    }

    /**
     * Returns this schema with one field under another name.
     *
     * @param from the field's name now
     * @param to its new name
     * @return the schema
     * @throws RowException when there is no such field, or another one has the new name
     */
    public Schema rename(String from, String to) {
        return derive(List.of("rename", from, to), () -> {
            Field[] renamed = fields.clone();
            int index = require(from);
            renamed[index] = renamed[index].named(to);
            return new Schema(renamed);
        });
    }

    /**
     * Returns a schema of some of these fields, in the order given.
     *
     * @param names the fields to keep
     * @return the schema
     * @throws RowException when there is no such field
     */
    public Schema select(String... names) {
        return derive(
                List.of("select", List.of(names)),
                () -> of(Arrays.stream(names).map(this::field).toList()));
    }

    private Schema derive(List<Object> recipe, Supplier<Schema> maker) {
        Schema known = derived.get(recipe);
        if (known != null) {
            return known;
        }
        Schema made = maker.get();
        if (derived.size() < MOST_REMEMBERED) {
            Schema raced = derived.putIfAbsent(recipe, made);
            return raced == null ? made : raced;
        }
        return made;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || other instanceof Schema schema && Arrays.equals(fields, schema.fields);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(fields);
    }

    /**
     * Returns the fields with their types.
     *
     * @return for example {@code [id integer, name text(50)]}
     */
    @Override
    public String toString() {
        return Arrays.toString(fields);
    }
}
