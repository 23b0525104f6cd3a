package dev.datasync.testkit;

import dev.datasync.row.RecordType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.source.Completion;
import dev.datasync.source.ReadContext;
import dev.datasync.source.Receiver;
import dev.datasync.source.Source;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A source over a list, for unit tests of plans. Every word returns a new source with counters of its own. Safe for use
 * by several threads.
 *
 * <pre>{@code
 * InMemorySource<Row> source = InMemorySource.of(Row.of("id", 1, "name", "Ada"), Row.of("id", 2, "name", "Grace"));
 * }</pre>
 *
 * @param <T> the type of the records
 */
public final class InMemorySource<T> implements Source<T> {

    private final List<T> records;
    private final Completion completion;
    private final @Nullable Schema schema;
    private final boolean isOrdered;
    private final List<String> rejections;
    private final AtomicInteger openings = new AtomicInteger();
    private final AtomicInteger closings = new AtomicInteger();

    private InMemorySource(
            List<T> records,
            Completion completion,
            @Nullable Schema schema,
            boolean isOrdered,
            List<String> rejections) {
        this.records = records;
        this.completion = completion;
        this.schema = schema;
        this.isOrdered = isOrdered;
        this.rejections = rejections;
    }

    /**
     * Returns a source that delivers some records, completely and in this order.
     *
     * @param records the records
     * @param <T> the type of the records
     * @return the source
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // the array is copied
    public static <T> InMemorySource<T> of(T... records) {
        return of(List.of(records));
    }

    /**
     * Returns a source that delivers some records, completely and in this order.
     *
     * @param records the records; copied
     * @param <T> the type of the records
     * @return the source
     */
    public static <T> InMemorySource<T> of(List<? extends T> records) {
        return new InMemorySource<>(List.copyOf(records), Completion.complete(), null, false, List.of());
    }

    /**
     * Returns a source that delivers the same and then says that something may be missing.
     *
     * @param reason what may be missing and why
     * @return the source
     */
    public InMemorySource<T> incomplete(String reason) {
        return new InMemorySource<>(records, Completion.incomplete(reason), schema, isOrdered, rejections);
    }

    /**
     * Returns a source that tells its fields before it is read.
     *
     * @param fields the fields of every record
     * @return the source
     */
    public InMemorySource<T> announcing(Schema fields) {
        return new InMemorySource<>(records, completion, fields, isOrdered, rejections);
    }

    /**
     * Returns a source that delivers its records in ascending order of any fields it is asked for, so that a plan merges
     * them instead of collecting them. Takes rows and Java records.
     *
     * @return the source
     */
    public InMemorySource<T> ordered() {
        return new InMemorySource<>(records, completion, schema, true, rejections);
    }

    /**
     * Returns a source that has one more record, at the end, which cannot be read.
     *
     * @param reason what is wrong with it
     * @return the source
     */
    public InMemorySource<T> rejecting(String reason) {
        List<String> more = new ArrayList<>(rejections);
        more.add(reason);
        return new InMemorySource<>(records, completion, schema, isOrdered, List.copyOf(more));
    }

    @Override
    public Completion read(Receiver<? super T> receiver, ReadContext context) {
        openings.incrementAndGet();
        try {
            for (T item : inOrder(context.order())) {
                receiver.accept(item);
            }
            long position = records.size();
            for (String rejection : rejections) {
                position++;
                receiver.reject(position, rejection);
            }
            return completion;
        } finally {
            closings.incrementAndGet();
        }
    }

    private List<T> inOrder(List<String> order) {
        if (order.isEmpty()) {
            return records;
        }
        List<T> sorted = new ArrayList<>(records);
        sorted.sort(Comparator.comparing(InMemorySource::row, new FieldOrder(order)));
        return sorted;
    }

    private static Row row(Object item) {
        if (item instanceof Row row) {
            return row;
        }
        if (item instanceof Record javaRecord) {
            return Row.from(javaRecord);
        }
        throw new IllegalArgumentException("only rows and Java records can be ordered, not " + item.getClass());
    }

    @Override
    public String name() {
        return "in-memory source";
    }

    @Override
    public Optional<Schema> schema() {
        return Optional.ofNullable(schema);
    }

    @Override
    public boolean canOrderBy(List<String> fields) {
        return isOrdered;
    }

    @Override
    public OptionalLong estimatedSize() {
        return OptionalLong.of(records.size() + rejections.size());
    }

    /**
     * Returns this source of rows as one of Java records.
     *
     * @param type the record's class
     * @param <R> the record's type
     * @return the source
     * @throws ClassCastException when the records of this source are not rows
     */
    public <R extends Record> Source<R> as(Class<R> type) {
        List<Row> rows = records.stream().map(Row.class::cast).toList();
        return Source.typed(new InMemorySource<>(rows, completion, schema, isOrdered, rejections), RecordType.of(type));
    }

    /**
     * Returns how many readings have begun.
     *
     * @return the number
     */
    public int openings() {
        return openings.get();
    }

    /**
     * Returns how many readings have ended, whether well or not.
     *
     * @return the number; that of the {@link #openings()} when nothing was left open
     */
    public int closings() {
        return closings.get();
    }
}
