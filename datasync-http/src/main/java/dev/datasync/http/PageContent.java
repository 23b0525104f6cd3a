package dev.datasync.http;

import dev.datasync.row.Row;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The records of a page, and what is around them. Filled by one reading, and given from thread to thread with it. */
final class PageContent {

    /** Stands for an object or array that was not kept. */
    static final Object FILLED = new Object() {
        @Override
        public String toString() {
            return "an object or array";
        }
    };

    private final List<@Nullable Row> rows = new ArrayList<>();
    private final Map<Integer, String> problems = new HashMap<>();
    private final List<@Nullable Object> tracked = new ArrayList<>();
    private final Map<Pointer, @Nullable Object> around = new HashMap<>();
    private long[] identities = new long[64];
    private @Nullable Object tree;
    private @Nullable Object lastKey;
    private @Nullable BigDecimal lastKeyNumber;
    private boolean isTied;
    private boolean ascends;
    private boolean descends;
    private @Nullable Row lastRow;

    /** Takes a record with what tells it from others. */
    void add(Row row, long identity) {
        identify(identity);
        rows.add(row);
        lastRow = row;
    }

    /** Takes a record that is there but cannot become a row. */
    void addProblem(String problem, long identity) {
        identify(identity);
        problems.put(rows.size(), problem);
        rows.add(null);
        lastRow = null;
    }

    private void identify(long identity) {
        if (rows.size() == identities.length) {
            identities = Arrays.copyOf(identities, identities.length * 2);
        }
        identities[rows.size()] = identity;
    }

    /** Takes the value of the field that an incremental reading goes by, of the record that was added last. */
    void track(@Nullable Object value) {
        tracked.add(value);
    }

    /** Takes the value of the field that the next page is asked for with, of the record that was added last. */
    void key(@Nullable Object value) {
        isTied |= value != null && value.equals(lastKey);
        BigDecimal number = value instanceof Long whole
                ? BigDecimal.valueOf(whole)
                : value instanceof BigDecimal exact ? exact : null;
        if (number != null && lastKeyNumber != null) {
            int order = number.compareTo(lastKeyNumber);
            ascends |= order > 0;
            descends |= order < 0;
        }
        lastKeyNumber = number;
        lastKey = value;
    }

    /** Tells whether two records after each other have the same key. */
    boolean isTied() {
        return isTied;
    }

    /** Tells whether the keys go up and down, as far as they are numbers: others are sorted as only the server knows. */
    boolean isUnsorted() {
        return ascends && descends;
    }

    void put(Pointer pointer, @Nullable Object value) {
        around.put(pointer, value);
    }

    void tree(@Nullable Object document) {
        tree = document;
    }

    int count() {
        return rows.size();
    }

    /** Returns a record, or null when it cannot be one, see {@link #problem}. */
    @Nullable
    Row row(int index) {
        return rows.get(index);
    }

    String problem(int index) {
        return problems.getOrDefault(index, "");
    }

    @Nullable
    Object tracked(int index) {
        return tracked.isEmpty() ? null : tracked.get(index);
    }

    /** Returns what tells the records from each other: equal for equal ones, and hardly ever for others. */
    long[] identities() {
        return Arrays.copyOf(identities, rows.size());
    }

    /** Returns the value around the records at a place that was asked for, or null when there is none. */
    @Nullable
    Object at(Pointer pointer) {
        return around.get(pointer);
    }

    boolean has(Pointer pointer) {
        return around.containsKey(pointer);
    }

    /** Returns the document without its records, if it was kept. */
    @Nullable
    Object tree() {
        return tree;
    }

    /** Returns the value of the field that the next page is asked for with, of the last record. */
    @Nullable
    Object key() {
        return lastKey;
    }

    Optional<Row> lastRow() {
        return Optional.ofNullable(lastRow);
    }

    /** Tells whether a value is nothing: what a server puts where it has no error to tell of. */
    static boolean isNothing(@Nullable Object value) {
        return value == null
                || Boolean.FALSE.equals(value)
                || value instanceof String text && text.isEmpty()
                || value instanceof List<?> list && list.isEmpty()
                || value instanceof Map<?, ?> map && map.isEmpty();
    }
}
