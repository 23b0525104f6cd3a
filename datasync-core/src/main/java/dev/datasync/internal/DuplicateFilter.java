package dev.datasync.internal;

import dev.datasync.row.ConversionException;
import dev.datasync.row.FieldType;
import dev.datasync.row.RecordType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.transform.Duplicates;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Collects all records and lets one of each set of duplicates through, in memory up to a limit. A key is the canonical
 * form of the fields named; {@code null} is equal to {@code null}.
 *
 * <p>A record is stored as key, position, and as its body the number of its shape, the number that tells which came
 * first, the bytes that tell the newest, and the values.
 */
final class DuplicateFilter {

    private final Duplicates rule;
    private final RecordStore store;
    private final long memory;
    private final long seed;
    private final Map<List<String>, Schema> schemasByNames = new HashMap<>();
    private final List<Shape> shapes = new ArrayList<>();
    private final Map<Shape, Integer> shapeNumbers = new HashMap<>();
    private final ByteWriter record = new ByteWriter();
    private final ByteWriter newest = new ByteWriter();

    /** What a record was before it was stored: a row, when the type is {@code null}, or a Java record. */
    private record Shape(Schema schema, @Nullable RecordType<?> type) {}

    DuplicateFilter(Duplicates rule, SpillFile spill, long memory, long seed) {
        this.rule = rule;
        this.store = new RecordStore(spill, memory, HashComparison.BITS, 0);
        this.memory = memory;
        this.seed = seed;
    }

    /** Takes the records that stay, in no particular order; the number says which came first. */
    @FunctionalInterface
    interface Survivors {

        void accept(Object item, long position, long sequence);
    }

    void add(Object item, long position, long sequence) {
        RecordType<?> type = item instanceof Record javaRecord ? RecordType.of(javaRecord.getClass()) : null;
        Row row = row(item);
        record.clear();
        record.putInt(0);
        for (String field : rule.fields()) {
            KeyCodec.write(record, canonical(row.value(field)));
        }
        int keyEnd = record.length();
        record.truncate(0);
        record.putInt(keyEnd - Integer.BYTES);
        record.truncate(keyEnd);
        record.putLong(position);
        newest.clear();
        if (rule.newestBy().isPresent()) {
            KeyCodec.write(newest, canonical(row.value(rule.newestBy().get())));
        }
        record.putUnsigned(shapeNumbers.computeIfAbsent(shape(row.schema(), type), shape -> {
            shapes.add(shape);
            return shapes.size() - 1;
        }));
        record.putUnsigned(sequence);
        record.putUnsigned(newest.length());
        record.putBytes(newest.array(), 0, newest.length());
        for (int i = 0; i < row.schema().size(); i++) {
            Object value = row.value(i);
            ValueCodec.write(
                    record,
                    value == null || value instanceof BigDecimal
                            ? value
                            : FieldType.any().convert(value));
        }
        store.add(StoredRecord.hash(seed, record.array(), 0), record.array(), record.length());
    }

    /** Rows with the same names share a shape, whatever the types: values say of what class they are. */
    private Shape shape(Schema schema, @Nullable RecordType<?> type) {
        return type != null
                ? new Shape(schema, type)
                : new Shape(schemasByNames.computeIfAbsent(schema.names(), names -> schema), null);
    }

    private static @Nullable Object canonical(@Nullable Object value) {
        return value == null ? null : FieldType.any().convert(value);
    }

    private static Row row(Object item) {
        if (item instanceof Row row) {
            return row;
        }
        if (item instanceof Record javaRecord) {
            try {
                return Row.from(javaRecord);
            } catch (RuntimeException e) {
                // thrown by an accessor, maybe with a message that shows a value
                throw new ConversionException(StepFlows.reason(e));
            }
        }
        throw new IllegalArgumentException("dropDuplicates(...) takes rows and Java records, not "
                + item.getClass().getName());
    }

    /** Passes on the records that stay, and returns how many do not. */
    long drain(Survivors next) {
        store.finish();
        return drain(store, HashComparison.BITS, next);
    }

    private long drain(RecordStore records, int usedBits, Survivors next) {
        long dropped = 0;
        for (int p = 0; p < records.partitions(); p++) {
            boolean isTooLarge = records.isSpilled(p) && records.bytes(p) > memory && records.count(p) > 2;
            if (isTooLarge && usedBits + HashComparison.SPLIT_BITS <= Long.SIZE) {
                RecordStore parts = records.split(p, seed, usedBits, HashComparison.SPLIT_BITS, memory / 4);
                // records that a split does not tell apart have one key, and are told apart by no other
                int nextBits = parts.isInOnePartition() ? Long.SIZE : usedBits + HashComparison.SPLIT_BITS;
                dropped += drain(parts, nextBits, next);
            } else {
                Map<Bytes, Best> survivors = new LinkedHashMap<>();
                records.forEach(p, (page, offset) -> consider(survivors, page, offset));
                dropped += records.count(p) - survivors.size();
                survivors.values().forEach(best -> pass(best, next));
            }
            records.release(p);
        }
        return dropped;
    }

    /** A record that stays, for now. */
    private static final class Best {

        private final byte[] page;
        private final int offset;

        Best(byte[] page, int offset) {
            this.page = page;
            this.offset = offset;
        }
    }

    /** A key as bytes, with the equality of its content. */
    private static final class Bytes {

        private final byte[] content;

        Bytes(byte[] content) {
            this.content = content;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Bytes bytes && Arrays.equals(content, bytes.content);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(content);
        }
    }

    private void consider(Map<Bytes, Best> survivors, byte[] page, int offset) {
        int from = StoredRecord.keyOffset(offset);
        Bytes key = new Bytes(Arrays.copyOfRange(page, from, from + StoredRecord.keyLength(page, offset)));
        Best best = survivors.get(key);
        if (best == null || isBetter(best, page, offset)) {
            survivors.put(key, new Best(page, offset));
        }
    }

    private boolean isBetter(Best best, byte[] page, int offset) {
        // records of one number were made of one record, and come in their order
        int order = Long.compare(sequence(best.page, best.offset), sequence(page, offset));
        if (rule.keep() == Duplicates.Keep.FIRST) {
            return order > 0;
        }
        int age = rule.keep() == Duplicates.Keep.LAST ? 0 : compareAge(best, page, offset);
        return age < 0 || age == 0 && order <= 0;
    }

    private static long sequence(byte[] page, int offset) {
        ByteReader in = new ByteReader(page, StoredRecord.body(page, offset));
        in.getUnsigned();
        return in.getUnsigned();
    }

    private static int compareAge(Best best, byte[] page, int offset) {
        ByteReader one = new ByteReader(best.page, StoredRecord.body(best.page, best.offset));
        ByteReader other = new ByteReader(page, StoredRecord.body(page, offset));
        one.getUnsigned();
        one.getUnsigned();
        other.getUnsigned();
        other.getUnsigned();
        int oneLength = (int) one.getUnsigned();
        int otherLength = (int) other.getUnsigned();
        return Arrays.compareUnsigned(
                one.array(),
                one.position(),
                one.position() + oneLength,
                other.array(),
                other.position(),
                other.position() + otherLength);
    }

    private void pass(Best best, Survivors next) {
        ByteReader in = new ByteReader(best.page, StoredRecord.body(best.page, best.offset));
        Shape shape = shapes.get((int) in.getUnsigned());
        long sequence = in.getUnsigned();
        in.skip((int) in.getUnsigned());
        @Nullable Object[] values = new @Nullable Object[shape.schema.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = ValueCodec.read(in);
        }
        Row row = shape.schema.row(values);
        next.accept(
                shape.type == null ? row : shape.type.fromRow(row),
                StoredRecord.position(best.page, best.offset),
                sequence);
    }
}
