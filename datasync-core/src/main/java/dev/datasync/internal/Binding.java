package dev.datasync.internal;

import dev.datasync.match.Matcher;
import dev.datasync.row.ConversionException;
import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Turns the rows of one schema into stored records: which field of the row belongs to which field of the target, and
 * how its value is converted. Made once per schema. Belongs to one thread.
 */
final class Binding {

    private final Layout layout;
    private final Schema schema;
    private final int[] places;
    private final StoredValue[] stored;
    private final Slot[] slots;

    private Binding(Layout layout, Schema schema, int[] places) {
        this.layout = layout;
        this.schema = schema;
        this.places = places;
        this.stored = layout.schema().fields().stream().map(StoredValue::in).toArray(StoredValue[]::new);
        this.slots = new Slot[layout.slots()];
        for (int slot = 0; slot < slots.length; slot++) {
            int field = layout.fieldOfSlot(slot);
            slots[slot] = new Slot(layout.schema().field(field), places[field], stored[field]);
        }
    }

    /** Binds rows of the target to itself; fields that its schema does not announce are left out. */
    static Binding ofTarget(Layout layout, Schema schema) {
        int[] places = new int[layout.schema().size()];
        for (int i = 0; i < places.length; i++) {
            places[i] = schema.indexOf(layout.schema().field(i).name());
        }
        return new Binding(layout, schema, places);
    }

    /** Binds rows of the source to the target, and adds every mistake to the problems. */
    static Binding ofSource(Layout layout, Schema schema, Matcher<?> matcher, Problems problems) {
        int[] places = new int[layout.schema().size()];
        Arrays.fill(places, -1);
        for (int i = 0; i < schema.size(); i++) {
            String name = schema.field(i).name();
            int keyPart = keyPart(matcher, schema, i);
            int target = layout.schema()
                    .indexOf(keyPart >= 0 ? matcher.targetFields().get(keyPart) : name);
            if (target >= 0 && layout.schema().field(target).is(Field.Trait.PRESERVED)) {
                continue;
            }
            boolean isIgnored = isIgnored(matcher, name);
            if (target < 0) {
                if (!isIgnored) {
                    problems.add("the source's field '" + name + "' is not in the target, whose fields are "
                            + layout.schema().names() + ": rename it, leave it out with map(RowTransforms.drop(\""
                            + name + "\")), or say ignoring(\"" + name + "\")");
                }
            } else if (layout.schema().field(target).is(Field.Trait.READ_ONLY)) {
                if (!isIgnored) {
                    problems.add("field '" + name + "' is computed by the target and cannot be written: leave it out"
                            + " with map(RowTransforms.drop(\"" + name + "\")), or say ignoring(\"" + name + "\")");
                }
            } else if (places[target] >= 0) {
                problems.add(
                        "the source's fields '" + schema.field(places[target]).name() + "' and '" + name
                                + "' both belong to the target's field '"
                                + layout.schema().field(target).name()
                                + "': leave one out");
            } else {
                places[target] = i;
            }
        }
        for (String ignored : matcher.ignored()) {
            if (!schema.has(ignored) && !layout.schema().has(ignored)) {
                problems.add("ignoring(\"" + ignored
                        + "\") names a field that neither side has: the source's fields are " + schema.names()
                        + ", the target's " + layout.schema().names());
            }
        }
        for (int i = 0; i < matcher.targetFields().size(); i++) {
            int target = layout.schema().indexOf(matcher.targetFields().get(i));
            if (target >= 0 && places[target] < 0) {
                problems.add(
                        "the source has no key field '" + matcher.sourceFields().get(i) + "': its fields are "
                                + schema.names() + "; match on one of these, or rename one");
            }
        }
        return new Binding(layout, schema, places);
    }

    private static int keyPart(Matcher<?> matcher, Schema schema, int field) {
        for (int i = 0; i < matcher.sourceFields().size(); i++) {
            if (schema.indexOf(matcher.sourceFields().get(i)) == field) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isIgnored(Matcher<?> matcher, String name) {
        return matcher.ignored().contains(name)
                || matcher.ignored().stream().anyMatch(ignored -> ignored.equalsIgnoreCase(name));
    }

    Schema schema() {
        return schema;
    }

    /** Tells whether inserts of these rows would lack a field that the target requires. */
    boolean lacksRequiredField() {
        for (int i = 0; i < places.length; i++) {
            if (places[i] < 0 && Layout.isRequired(layout.schema().field(i))) {
                return true;
            }
        }
        return false;
    }

    /** Writes a row as a stored record. Numbers are converted and written without an object in between. */
    void write(ByteWriter out, Row row, long position) throws UnusableRecord {
        out.clear();
        out.putInt(0);
        if (layout.computesKeys()) {
            layout.writeComputedKey(out, converted(row));
        } else {
            layout.writeKey(out, row, places);
        }
        out.setInt(0, out.length() - Integer.BYTES);
        out.putLong(position);
        writeBody(out, row);
    }

    private void writeBody(ByteWriter out, Row row) throws UnusableRecord {
        int start = out.length();
        out.putInt(0);
        for (int i = 0; i < slots.length; i++) {
            if (i == layout.comparedSlots()) {
                out.setInt(start, out.length() - start - Integer.BYTES);
            }
            Slot slot = slots[i];
            try {
                slot.write(out, row);
            } catch (ConversionException e) {
                throw UnusableRecord.of(slot.field, e);
            }
        }
        if (slots.length == layout.comparedSlots()) {
            out.setInt(start, out.length() - start - Integer.BYTES);
        }
    }

    /** How the value of one field is written, found out once and not for each record. */
    private static final class Slot {

        private final Field field;
        private final int place;
        private final boolean takesNull;
        private final StoredValue stored;
        private final FieldType.@Nullable Whole whole;
        private final FieldType.@Nullable Text text;
        private final FieldType.@Nullable Real real;

        Slot(Field field, int place, StoredValue stored) {
            this.field = field;
            this.place = place;
            this.takesNull = !field.is(Field.Trait.NOT_NULL);
            this.stored = stored;
            this.whole = field.type() instanceof FieldType.Whole wholeType ? wholeType : null;
            this.text = field.type() instanceof FieldType.Text textType ? textType : null;
            this.real = field.type() instanceof FieldType.Real realType ? realType : null;
        }

        void write(ByteWriter out, Row row) throws UnusableRecord {
            if (place < 0) {
                ValueCodec.writeAbsent(out);
                return;
            }
            Object value = row.value(place);
            if (value == null) {
                if (!takesNull) {
                    throw new UnusableRecord("field '" + field.name() + "' is null, which the target does not take");
                }
                ValueCodec.writeNull(out);
            } else if (whole != null) {
                ValueCodec.writeWhole(out, whole.convertToLong(value));
            } else if (text != null) {
                ValueCodec.writeText(out, text.convert(value));
            } else if (real != null) {
                ValueCodec.writeReal(out, real.convertToDouble(value));
            } else {
                ValueCodec.write(out, stored.of(value));
            }
        }
    }

    /** Returns all values of a row as the target stores them, for a key that a function computes. */
    private @Nullable Object[] converted(Row row) throws UnusableRecord {
        @Nullable Object[] values = new @Nullable Object[places.length];
        for (int i = 0; i < places.length; i++) {
            Object value = places[i] < 0 ? ValueCodec.ABSENT : row.value(places[i]);
            try {
                values[i] = value == null || value == ValueCodec.ABSENT ? value : stored[i].of(value);
            } catch (ConversionException e) {
                throw UnusableRecord.of(layout.schema().field(i), e);
            }
        }
        return values;
    }
}
