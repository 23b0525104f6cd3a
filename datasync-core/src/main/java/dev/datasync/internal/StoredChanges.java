package dev.datasync.internal;

import dev.datasync.change.Change;
import dev.datasync.change.ChangeCounts;
import dev.datasync.change.ChangeSet;
import dev.datasync.match.Difference;
import dev.datasync.match.Key;
import dev.datasync.row.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The changes of a {@link ChangeStore} as objects, made as they are iterated. */
final class StoredChanges<T> implements ChangeSet<T> {

    private final ChangeStore store;
    private final @Nullable Layout layout;
    private final boolean withDeletes;
    private final Function<Row, ? extends T> type;
    private final Function<SpillException, ? extends RuntimeException> failure;

    /**
     * @param layout how the records lie in bytes; {@code null} when there was no record on either side
     * @param withDeletes whether the deletes belong to the set; if not, they were withheld
     * @param type makes a record of a row
     * @param failure makes what is thrown when the temporary file cannot be read
     */
    StoredChanges(
            ChangeStore store,
            @Nullable Layout layout,
            boolean withDeletes,
            Function<Row, ? extends T> type,
            Function<SpillException, ? extends RuntimeException> failure) {
        this.store = store;
        this.layout = layout;
        this.withDeletes = withDeletes;
        this.type = type;
        this.failure = failure;
    }

    @Override
    public ChangeCounts counts() {
        ChangeCounts all = store.counts();
        return withDeletes ? all : new ChangeCounts(all.inserts(), all.updates(), 0);
    }

    @Override
    public Stream<Change<T>> stream() {
        return StreamSupport.stream(
                Spliterators.spliterator(
                        iterator(),
                        counts().total(),
                        Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.IMMUTABLE),
                false);
    }

    @Override
    public Iterator<Change<T>> iterator() {
        return iterator(0);
    }

    /** Returns the changes in order, without the first ones. */
    Decoding<T> iterator(long skipped) {
        store.checkOpen();
        boolean skipsDeletes = withDeletes && skipped >= store.counts().deletes();
        Iterator<byte[]> changes = reading(() -> store.iterator(withDeletes && !skipsDeletes));
        for (long i = skipsDeletes ? store.counts().deletes() : 0; i < skipped; i++) {
            reading(changes::next);
        }
        return new Decoding<>(this, changes);
    }

    /** Returns the changes of one complete part of the store, in order. */
    Decoding<T> part(int index) {
        store.checkOpen();
        return new Decoding<>(this, reading(() -> store.part(index)));
    }

    /** Returns the changes in order, without those of the first parts of the store. */
    Decoding<T> behind(int parts) {
        store.checkOpen();
        return new Decoding<>(this, reading(() -> store.iteratorBehind(parts)));
    }

    /** Makes objects of changes. */
    static final class Decoding<T> implements Iterator<Change<T>> {

        private final StoredChanges<T> all;
        private final Iterator<byte[]> changes;
        private long bytes;

        private Decoding(StoredChanges<T> all, Iterator<byte[]> changes) {
            this.all = all;
            this.changes = changes;
        }

        @Override
        public boolean hasNext() {
            all.store.checkOpen();
            return changes.hasNext();
        }

        @Override
        public Change<T> next() {
            all.store.checkOpen();
            byte[] change = all.reading(changes::next);
            bytes += change.length;
            return all.decode(change);
        }

        /** Returns the next changes: at least one if there is one, and fewer than so many where they are large. */
        List<Change<T>> batch(int most, long mostBytes) {
            List<Change<T>> batch = new ArrayList<>();
            long end = bytes + mostBytes;
            while (batch.size() < most && hasNext() && (batch.isEmpty() || bytes < end)) {
                batch.add(next());
            }
            return batch;
        }
    }

    private <R> R reading(Supplier<R> action) {
        try {
            return action.get();
        } catch (SpillException e) {
            throw failure.apply(e);
        }
    }

    private Change<T> decode(byte[] change) {
        Layout known = layout;
        if (known == null) {
            throw new IllegalStateException("a change without a record");
        }
        ByteReader in = new ByteReader(change, 1);
        in.skip(in.getInt());
        long position = in.getLong();
        int beforeLength = in.getInt();
        int beforeBody = in.position();
        int afterBody = beforeBody + Math.max(0, beforeLength);
        byte kind = change[0];
        if (kind == ChangeStore.INSERT) {
            @Nullable Object[] after = known.values(change, afterBody);
            return new Change.Insert<>(known.key(after), type.apply(known.row(after)));
        }
        @Nullable Object[] before = known.values(change, beforeBody);
        Key key = known.key(before);
        if (kind == ChangeStore.DELETE) {
            return known.hasMark()
                    ? softDelete(known, key, before, position)
                    : new Change.Delete<>(key, record(known, before), position);
        }
        @Nullable Object[] after = known.values(change, afterBody);
        List<Difference> differences = known.differences(before, after);
        return update(known, key, before, differences, position, Change.Update.Cause.DIFFERENT);
    }

    private Change<T> softDelete(Layout known, Key key, @Nullable Object[] before, long position) {
        int field = known.markField();
        Object mark = known.deletedMark();
        Object present = before[field] == ValueCodec.ABSENT ? null : before[field];
        Difference difference = new Difference(
                known.schema().field(field).name(),
                present,
                mark,
                present == null ? Difference.Reason.WAS_NULL : Difference.Reason.OTHER_VALUE);
        return update(known, key, before, List.of(difference), position, Change.Update.Cause.SOFT_DELETE);
    }

    private Change<T> update(
            Layout known,
            Key key,
            @Nullable Object[] before,
            List<Difference> differences,
            long position,
            Change.Update.Cause cause) {
        @Nullable Object[] merged = Arrays.copyOf(before, before.length);
        for (Difference difference : differences) {
            merged[known.schema().indexOf(difference.field())] = difference.after();
        }
        return new Change.Update<>(key, record(known, before), record(known, merged), differences, position, cause);
    }

    private T record(Layout known, @Nullable Object[] values) {
        return type.apply(known.row(values));
    }

    /** Returns the keys of the first deletes, for those that were withheld. */
    List<Key> keysOfDeletes(int most) {
        Layout known = layout;
        if (known == null) {
            return List.of();
        }
        List<Key> keys = new ArrayList<>();
        Iterator<byte[]> changes = store.iterator(true);
        while (keys.size() < most && changes.hasNext()) {
            byte[] change = changes.next();
            if (change[0] != ChangeStore.DELETE) {
                break;
            }
            ByteReader in = new ByteReader(change, 1);
            in.skip(in.getInt() + Long.BYTES + Integer.BYTES);
            keys.add(known.key(known.values(change, in.position())));
        }
        return keys;
    }
}
