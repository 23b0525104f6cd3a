package dev.datasync.internal;

import dev.datasync.change.Deletes;
import dev.datasync.match.Difference;
import dev.datasync.match.Key;
import dev.datasync.match.Matcher;
import dev.datasync.match.Tolerance;
import dev.datasync.row.ConversionException;
import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.RecordType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.temporal.Temporal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How a record lies in bytes, and what of it is compared: made once per run of the target's stored schema, the matcher
 * and the deletes. Immutable and safe for use by several threads.
 *
 * <p>A body is the length of its compared part (4 bytes), the compared fields, and then the others; each value in the
 * form of {@link ValueCodec}. Two records are unchanged when their compared parts are the same bytes, which is one
 * comparison of arrays for most records of most runs.
 */
final class Layout {

    /** The name under which a matcher keeps the normalisation of all key fields. */
    private static final String EVERY_KEY_FIELD = "";

    /** Combinations of missing fields that are remembered; a source that makes up more pays for each. */
    private static final int MOST_PARTIAL_SCHEMAS = 256;

    private final Schema schema;
    private final int[] fieldOfSlot;
    private final int comparedSlots;
    private final @Nullable Tolerance[] tolerances;
    private final int[] keyFields;
    private final FieldType.@Nullable Whole[] wholeKeys;
    private final StoredValue[] storedKeys;
    private final List<String> keyNames;
    private final @Nullable UnaryOperator<String>[] normalizations;
    private final @Nullable Function<Row, ?> keyFunction;
    private final int markField;
    private final @Nullable Object deletedMark;
    private final @Nullable Object aliveMark;
    private final boolean isAnyOtherMarkDeleted;
    private final Map<BitSet, Schema> partialSchemas = new ConcurrentHashMap<>();

    private Layout(
            Schema schema,
            int[] fieldOfSlot,
            int comparedSlots,
            @Nullable Tolerance[] tolerances,
            int[] keyFields,
            @Nullable UnaryOperator<String>[] normalizations,
            @Nullable Function<Row, ?> keyFunction,
            Marks marks) {
        this.schema = schema;
        this.fieldOfSlot = fieldOfSlot;
        this.comparedSlots = comparedSlots;
        this.tolerances = tolerances;
        this.keyFields = keyFields;
        this.keyNames = Arrays.stream(keyFields)
                .mapToObj(index -> schema.field(index).name())
                .toList();
        this.wholeKeys = new FieldType.@Nullable Whole[keyFields.length];
        this.storedKeys = new StoredValue[keyFields.length];
        for (int i = 0; i < keyFields.length; i++) {
            Field field = schema.field(keyFields[i]);
            storedKeys[i] = StoredValue.in(field);
            wholeKeys[i] = field.type() instanceof FieldType.Whole whole ? whole : null;
        }
        this.normalizations = normalizations;
        this.keyFunction = keyFunction;
        this.markField = marks.field;
        this.deletedMark = marks.deleted;
        this.aliveMark = marks.alive;
        this.isAnyOtherMarkDeleted = marks.isAnyOtherDeleted;
    }

    /** How soft deletes mark a record; the field is -1 when there are none. */
    private record Marks(
            int field, @Nullable Object deleted, @Nullable Object alive, boolean isAnyOtherDeleted) {}

    /** Makes the layout, or adds every mistake that the target's fields reveal to the problems. */
    static <T> Layout of(
            Schema schema,
            Matcher<? super T> matcher,
            @Nullable Deletes deletes,
            RecordType<T> type,
            Problems problems) {
        int[] keyFields = keyFields(schema, matcher, problems);
        Marks marks = marks(schema, deletes, keyFields, problems);
        Set<Integer> ignored = places(schema, matcher.ignored());
        Set<Integer> only = required(schema, matcher.compared(), "comparing", problems);
        List<Integer> front = new ArrayList<>();
        List<Integer> back = new ArrayList<>();
        for (int i = 0; i < schema.size(); i++) {
            int field = i;
            boolean isCompared = i == marks.field
                    || (only.isEmpty() || only.contains(i))
                            && !ignored.contains(i)
                            && isComparable(schema.field(i))
                            && Arrays.stream(keyFields).noneMatch(key -> key == field);
            (isCompared ? front : back).add(i);
        }
        int compared = front.size();
        front.addAll(back);
        return new Layout(
                schema,
                front.stream().mapToInt(Integer::intValue).toArray(),
                compared,
                tolerances(schema, matcher, problems),
                keyFields,
                normalizations(schema, matcher, keyFields, problems),
                keyFunction(matcher, type),
                marks);
    }

    /** Tells whether the plan may ever update a field. */
    private static boolean isComparable(Field field) {
        return !field.is(Field.Trait.READ_ONLY)
                && !field.is(Field.Trait.INSERT_ONLY)
                && !field.is(Field.Trait.PRESERVED);
    }

    private static int[] keyFields(Schema schema, Matcher<?> matcher, Problems problems) {
        List<String> names = matcher.targetFields();
        int[] places = new int[names.size()];
        for (int i = 0; i < places.length; i++) {
            places[i] = schema.indexOf(names.get(i));
            if (places[i] < 0) {
                problems.add("the target has no key field '" + names.get(i) + "': its fields are " + schema.names()
                        + "; match on one of these, or say how it is called there with inTarget(...)");
                places[i] = 0;
            } else if (isNested(schema.field(places[i]).type())) {
                problems.add("field '" + names.get(i) + "' is a "
                        + schema.field(places[i]).type() + ", which cannot be a key");
            }
        }
        return places;
    }

    private static boolean isNested(FieldType type) {
        return type instanceof FieldType.Sequence || type instanceof FieldType.Nested;
    }

    private static Marks marks(Schema schema, @Nullable Deletes deletes, int[] keyFields, Problems problems) {
        if (deletes == null || deletes.mark().isEmpty()) {
            return new Marks(-1, null, null, false);
        }
        Deletes.Mark mark = deletes.mark().get();
        int place = schema.indexOf(mark.field());
        if (place < 0) {
            problems.add("the target has no field '" + mark.field() + "' to mark deleted records: its fields are "
                    + schema.names());
            return new Marks(-1, null, null, false);
        }
        if (Arrays.stream(keyFields).anyMatch(key -> key == place)) {
            problems.add("field '" + mark.field() + "' is part of the key and cannot mark deleted records");
        }
        Object made;
        try {
            made = mark.deleted().get();
        } catch (RuntimeException e) {
            problems.add("making the value that marks deleted records in field '" + mark.field() + "' threw "
                    + e.getClass().getName());
            return new Marks(-1, null, null, false);
        }
        if (made == null) {
            problems.add("the value that marks deleted records in field '" + mark.field() + "' must not be null");
            return new Marks(-1, null, null, false);
        }
        FieldType type = schema.field(place).type();
        try {
            Object deleted = type.convert(made);
            Object aliveValue = mark.alive();
            return new Marks(
                    place,
                    deleted,
                    aliveValue == null ? null : type.convert(aliveValue),
                    mark.recognition() == Deletes.Recognition.ANY_OTHER_VALUE);
        } catch (ConversionException e) {
            problems.add("field '" + mark.field() + "' cannot hold the mark of deleted records: " + e.getMessage());
            return new Marks(-1, null, null, false);
        }
    }

    private static Set<Integer> places(Schema schema, Set<String> names) {
        Set<Integer> places = new HashSet<>();
        for (String name : names) {
            places.add(schema.indexOf(name));
        }
        return places;
    }

    private static Set<Integer> required(Schema schema, Set<String> names, String word, Problems problems) {
        for (String name : names) {
            if (!schema.has(name)) {
                problems.add("the target has no field '" + name + "' as named in " + word + "(...): its fields are "
                        + schema.names());
            }
        }
        return places(schema, names);
    }

    private static @Nullable Tolerance[] tolerances(Schema schema, Matcher<?> matcher, Problems problems) {
        @Nullable Tolerance[] tolerances = new @Nullable Tolerance[schema.size()];
        required(schema, matcher.tolerances().keySet(), "tolerance", problems);
        matcher.tolerances().forEach((name, tolerance) -> {
            int place = schema.indexOf(name);
            if (place >= 0) {
                FieldType type = schema.field(place).type();
                if (!fits(tolerance, type)) {
                    problems.add("field '" + name + "' is a " + type + ", which has no tolerance of that kind: numbers"
                            + " have one of numbers, and times one of time");
                }
                tolerances[place] = tolerance;
            }
        });
        return tolerances;
    }

    private static boolean fits(Tolerance tolerance, FieldType type) {
        if (type instanceof FieldType.Any) {
            return true;
        }
        if (tolerance instanceof Tolerance.OfNumber) {
            return type instanceof FieldType.Whole
                    || type instanceof FieldType.Decimal
                    || type instanceof FieldType.Real;
        }
        return type instanceof FieldType.Timestamp
                || type instanceof FieldType.Moment
                || type instanceof FieldType.Clock;
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type cannot be made otherwise
    private static @Nullable UnaryOperator<String>[] normalizations(
            Schema schema, Matcher<?> matcher, int[] keyFields, Problems problems) {
        @Nullable
        UnaryOperator<String>[] operations = (UnaryOperator<String>[]) new UnaryOperator[Math.max(1, keyFields.length)];
        Arrays.fill(operations, matcher.normalizations().get(EVERY_KEY_FIELD));
        matcher.normalizations().forEach((name, operation) -> {
            if (!name.equals(EVERY_KEY_FIELD)) {
                int place = schema.indexOf(name);
                boolean isKey = false;
                for (int i = 0; i < keyFields.length; i++) {
                    if (keyFields[i] == place) {
                        operations[i] = operation;
                        isKey = true;
                    }
                }
                if (!isKey) {
                    problems.add("normalizing(\"" + name + "\", ...) names no key field of the target");
                }
            }
        });
        return operations;
    }

    private static <T> @Nullable Function<Row, ?> keyFunction(Matcher<? super T> matcher, RecordType<T> type) {
        if (matcher.function().isEmpty()) {
            return null;
        }
        Function<? super T, ?> function = matcher.function().get();
        return row -> function.apply(type.fromRow(row));
    }

    Schema schema() {
        return schema;
    }

    List<String> keyNames() {
        return keyNames;
    }

    int slots() {
        return fieldOfSlot.length;
    }

    int comparedSlots() {
        return comparedSlots;
    }

    int fieldOfSlot(int slot) {
        return fieldOfSlot[slot];
    }

    boolean isKey(int field) {
        return Arrays.stream(keyFields).anyMatch(key -> key == field);
    }

    // ---------------------------------------------------------------- keys

    boolean computesKeys() {
        return keyFunction != null;
    }

    /** Writes the key of a row, whose fields lie at the places given for the fields of this layout. */
    void writeKey(ByteWriter out, Row row, int[] places) throws UnusableRecord {
        boolean isBlank = true;
        for (int i = 0; i < keyFields.length; i++) {
            int field = keyFields[i];
            Object value = places[field] < 0 ? null : row.value(places[field]);
            if (value == null) {
                throw UnusableRecord.withoutKey(
                        "key field '" + schema.field(field).name() + "' is null");
            }
            FieldType.Whole whole = wholeKeys[i];
            try {
                if (whole != null) {
                    KeyCodec.writeWhole(out, whole.convertToLong(value));
                    isBlank = false;
                } else {
                    isBlank &= writeKeyPart(out, storedKeys[i].of(value), normalizations[i]);
                }
            } catch (ConversionException e) {
                throw UnusableRecord.of(schema.field(field), e);
            }
        }
        if (isBlank) {
            throw UnusableRecord.withoutKey("the key " + keyNames + " is blank");
        }
    }

    /** Writes a part of a key, and tells whether it is a blank text. */
    private static boolean writeKeyPart(ByteWriter out, Object value, @Nullable UnaryOperator<String> normalization) {
        if (value instanceof String text) {
            String normalized = normalization == null ? text : normalization.apply(text);
            KeyCodec.write(out, normalized);
            return normalized.isBlank();
        }
        KeyCodec.write(out, value);
        return false;
    }

    /** Writes the key that the matcher's function computes of a record's stored values. */
    void writeComputedKey(ByteWriter out, @Nullable Object[] values) throws UnusableRecord {
        Object computed = Objects.requireNonNull(keyFunction).apply(row(values));
        if (computed == null) {
            throw UnusableRecord.withoutKey("the key function returned null");
        }
        boolean isBlank = true;
        try {
            for (Object part : computed instanceof List<?> list ? list : List.of(computed)) {
                if (part == null) {
                    throw UnusableRecord.withoutKey("the key function returned a list with null in it");
                }
                isBlank &= writeKeyPart(out, FieldType.any().convert(part), normalizations[0]);
            }
        } catch (ConversionException e) {
            throw new UnusableRecord("the key: " + e.getMessage());
        }
        if (isBlank) {
            throw UnusableRecord.withoutKey("the key function returned a blank key");
        }
    }

    /** Returns the key of a record for people to read: as it is stored, before any normalisation. */
    Key key(@Nullable Object[] values) {
        List<Object> parts = new ArrayList<>();
        if (keyFunction != null) {
            Object computed = keyFunction.apply(row(values));
            for (Object part : computed instanceof List<?> list ? list : Collections.singletonList(computed)) {
                parts.add(known(part));
            }
        } else {
            for (int field : keyFields) {
                parts.add(known(values[field]));
            }
        }
        return new Key(keyNames, parts);
    }

    private static Object known(@Nullable Object value) {
        return value == null || value == ValueCodec.ABSENT ? "null" : value;
    }

    // ---------------------------------------------------------------- values

    /** Reads a body's values, by field; what the record did not have is {@link ValueCodec#ABSENT}. */
    @Nullable
    Object[] values(byte[] page, int body) {
        @Nullable Object[] values = new @Nullable Object[fieldOfSlot.length];
        ByteReader in = new ByteReader(page, body + Integer.BYTES);
        for (int field : fieldOfSlot) {
            values[field] = ValueCodec.read(in);
        }
        return values;
    }

    /** Returns the row of a record, without the fields that it did not have. */
    Row row(@Nullable Object[] values) {
        int present = 0;
        for (Object value : values) {
            if (value != ValueCodec.ABSENT) {
                present++;
            }
        }
        if (present == values.length) {
            return schema.row(values);
        }
        BitSet fields = new BitSet(values.length);
        @Nullable Object[] kept = new @Nullable Object[present];
        int at = 0;
        for (int i = 0; i < values.length; i++) {
            if (values[i] != ValueCodec.ABSENT) {
                fields.set(i);
                kept[at++] = values[i];
            }
        }
        Schema partial = partialSchemas.get(fields);
        if (partial == null) {
            partial = Schema.of(fields.stream().mapToObj(schema::field).toList());
            if (partialSchemas.size() < MOST_PARTIAL_SCHEMAS) {
                partialSchemas.put(fields, partial);
            }
        }
        return partial.row(kept);
    }

    /** Tells whether an insert can do without a field. */
    static boolean isRequired(Field field) {
        return field.is(Field.Trait.NOT_NULL) && !field.is(Field.Trait.HAS_DEFAULT) && !field.is(Field.Trait.READ_ONLY);
    }

    /** Returns the field that an insert of these values lacks and cannot do without, or {@code null}. */
    @Nullable
    Field missingForInsert(@Nullable Object[] values) {
        for (int i = 0; i < values.length; i++) {
            Field field = schema.field(i);
            if (values[i] == ValueCodec.ABSENT && isRequired(field)) {
                return field;
            }
        }
        return null;
    }

    // ---------------------------------------------------------------- comparison

    /** Tells whether a record must be updated. Both are given by their pages and the offsets of their bodies. */
    boolean differ(byte[] sourcePage, int sourceBody, byte[] targetPage, int targetBody) {
        ByteReader source = new ByteReader(sourcePage, sourceBody);
        ByteReader target = new ByteReader(targetPage, targetBody);
        int sourceLength = source.getInt();
        int targetLength = target.getInt();
        int sourceStart = source.position();
        int targetStart = target.position();
        if (sourceLength == targetLength
                && Arrays.equals(
                        sourcePage,
                        sourceStart,
                        sourceStart + sourceLength,
                        targetPage,
                        targetStart,
                        targetStart + targetLength)) {
            return false;
        }
        return differBySlot(source, target);
    }

    private boolean differBySlot(ByteReader source, ByteReader target) {
        for (int slot = 0; slot < comparedSlots; slot++) {
            int sourceStart = source.position();
            int targetStart = target.position();
            boolean isAbsent = source.array()[sourceStart] == ValueCodec.TAG_ABSENT;
            ValueCodec.skip(source);
            ValueCodec.skip(target);
            if (isAbsent && fieldOfSlot[slot] != markField) {
                continue;
            }
            boolean sameBytes = Arrays.equals(
                    source.array(), sourceStart, source.position(), target.array(), targetStart, target.position());
            if (!sameBytes) {
                Object before = ValueCodec.read(new ByteReader(target.array(), targetStart));
                Object after = ValueCodec.read(new ByteReader(source.array(), sourceStart));
                if (difference(fieldOfSlot[slot], before, after) != null) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Returns the differences of two records whose values are given by field. */
    List<Difference> differences(@Nullable Object[] before, @Nullable Object[] after) {
        List<Difference> differences = new ArrayList<>();
        for (int slot = 0; slot < comparedSlots; slot++) {
            int field = fieldOfSlot[slot];
            Difference difference = difference(field, before[field], after[field]);
            if (difference != null) {
                differences.add(difference);
            }
        }
        return differences;
    }

    private @Nullable Difference difference(int field, @Nullable Object before, @Nullable Object after) {
        Object wanted = after;
        if (after == ValueCodec.ABSENT) {
            if (field != markField || !isDeletedMark(before)) {
                return null;
            }
            // the source has the record, so whatever marks it as deleted in the target is taken back
            wanted = aliveMark;
        }
        Object present = before == ValueCodec.ABSENT ? null : before;
        String name = schema.field(field).name();
        if (present == null || wanted == null) {
            if (present == wanted) {
                return null;
            }
            return new Difference(
                    name,
                    present,
                    wanted,
                    present == null ? Difference.Reason.WAS_NULL : Difference.Reason.BECAME_NULL);
        }
        if (equal(present, wanted)) {
            return null;
        }
        Tolerance tolerance = tolerances[field];
        if (tolerance == null) {
            return new Difference(name, present, wanted, Difference.Reason.OTHER_VALUE);
        }
        return within(tolerance, present, wanted)
                ? null
                : new Difference(name, present, wanted, Difference.Reason.BEYOND_TOLERANCE);
    }

    private static boolean equal(Object one, Object other) {
        if (one instanceof String || one instanceof Number) {
            // most values, and to find that they are no lists takes longer than to compare them
            return one.equals(other);
        }
        if (one instanceof byte[] bytes && other instanceof byte[] others) {
            return Arrays.equals(bytes, others);
        }
        boolean isNested = one instanceof List || one instanceof Map;
        // nested values may hold bytes, whose equals() is that of the array and not of its content
        return isNested ? Arrays.equals(bytes(one), bytes(other)) : one.equals(other);
    }

    private static byte[] bytes(Object value) {
        ByteWriter out = new ByteWriter();
        ValueCodec.write(out, value);
        return out.copy();
    }

    private static boolean within(Tolerance tolerance, Object one, Object other) {
        try {
            if (tolerance instanceof Tolerance.OfNumber allowed && one instanceof Number && other instanceof Number) {
                BigDecimal distance = decimal(one).subtract(decimal(other)).abs();
                return distance.compareTo(allowed.amount()) <= 0;
            }
            if (tolerance instanceof Tolerance.OfTime allowed
                    && one instanceof Temporal first
                    && other instanceof Temporal second) {
                return Duration.between(first, second).abs().compareTo(allowed.duration()) <= 0;
            }
            return false;
        } catch (ConversionException | DateTimeException | ArithmeticException e) {
            // NaN and infinity are near nothing, and a date has no distance in hours
            return false;
        }
    }

    private static BigDecimal decimal(Object number) {
        return (BigDecimal) FieldType.decimal().convert(number);
    }

    // ---------------------------------------------------------------- soft deletes

    boolean hasMark() {
        return markField >= 0;
    }

    boolean isMarkedDeleted(@Nullable Object[] values) {
        return isDeletedMark(values[markField]);
    }

    private boolean isDeletedMark(@Nullable Object mark) {
        Object value = mark == ValueCodec.ABSENT ? null : mark;
        if (isAnyOtherMarkDeleted) {
            return value == null ? aliveMark != null : aliveMark == null || !equal(value, aliveMark);
        }
        return value != null && deletedMark != null && equal(value, deletedMark);
    }

    @Nullable
    Object deletedMark() {
        return deletedMark;
    }

    int markField() {
        return markField;
    }
}
