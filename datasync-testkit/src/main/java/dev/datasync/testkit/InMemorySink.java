package dev.datasync.testkit;

import dev.datasync.change.Change;
import dev.datasync.match.Difference;
import dev.datasync.match.Key;
import dev.datasync.row.ConversionException;
import dev.datasync.row.Field;
import dev.datasync.row.RecordType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.Endpoint;
import dev.datasync.sink.JointTransaction;
import dev.datasync.sink.NotCommittedException;
import dev.datasync.sink.Outcome;
import dev.datasync.sink.Sink;
import dev.datasync.sink.WriteContext;
import dev.datasync.source.Completion;
import dev.datasync.source.ReadContext;
import dev.datasync.source.Receiver;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A table in memory, for unit tests of plans: source and sink in one, which remembers what was written to it.
 *
 * <pre>{@code
 * InMemorySink target = InMemorySink.of(schema, "id").holding(Row.of("id", 1, "name", "Ada"));
 * }</pre>
 *
 * <p>It behaves as a good database does. Changes are seen by others only after the commit; a writer closed without one
 * leaves everything as it was. Changing or deleting a row that is not as the comparison found it, and inserting a key
 * that is there, is a {@link Outcome.Conflict}. A value that is not in the form of its field's type is refused with an
 * exception, because an engine that writes such a value would find a difference in every run. It makes no values of its
 * own: a field that an insert leaves out is {@code null}, whatever its traits say.
 *
 * <p>{@link #of}, {@link #holding}, {@link #ordered}, {@link #withoutTransaction}, {@link #applyingAtOnce},
 * {@link #named}, {@link #in} and {@link #referringTo} make new sinks; the other methods
 * look at this one or change its content. Safe for use by several threads.
 */
public final class InMemorySink implements Endpoint<Row> {

    private final @Nullable Schema declared;
    private final List<String> keyFields;
    private final Traits traits;

    // all that follows is guarded by this
    private @Nullable Schema adopted;
    private Table committed = new Table();
    private final List<List<Change<Row>>> writes = new ArrayList<>();
    private int commits;
    private int openWriters;
    private int readings;

    /**
     * What a sink is like.
     *
     * @param database what it shares with the sinks with which it can be written in one transaction, or {@code null}
     * @param references tells which sinks it refers to
     */
    private record Traits(
            String name,
            boolean isOrdered,
            Lasting lasting,
            @Nullable Object database,
            Predicate<? super Sink<?>> references) {

        static final Traits USUAL = new Traits("in-memory sink", false, Lasting.BY_COMMIT, null, other -> false);

        boolean isTransactional() {
            return lasting == Lasting.BY_COMMIT;
        }
    }

    /** When a change is in the target for good. */
    private enum Lasting {
        BY_COMMIT("one transaction"),
        /** It is there when it is written, and the writer does not vouch for it before the commit. */
        WHEN_WRITTEN("without a transaction"),
        /** It is there when it is written, and that is final. */
        AT_ONCE("each change at once");

        private final String method;

        Lasting(String method) {
            this.method = method;
        }
    }

    private InMemorySink(@Nullable Schema declared, List<String> keyFields, Traits traits) {
        this.declared = declared;
        this.keyFields = keyFields;
        this.traits = traits;
    }

    /**
     * Returns an empty sink.
     *
     * @param schema the fields as they are stored
     * @param keyFields the fields whose values no two rows may share; none to take duplicates
     * @return the sink
     */
    public static InMemorySink of(Schema schema, String... keyFields) {
        List<String> names = List.of(keyFields);
        names.forEach(schema::field);
        return new InMemorySink(schema, names, Traits.USUAL);
    }

    /**
     * Returns an empty sink that has no fields until rows are written, and then has theirs, as a new file.
     *
     * @param keyFields the fields whose values no two rows may share; none to take duplicates
     * @return the sink
     */
    public static InMemorySink ofAnyFields(String... keyFields) {
        return new InMemorySink(null, List.of(keyFields), Traits.USUAL);
    }

    /**
     * Returns a sink like this one that holds some rows from the start.
     *
     * @param rows the rows; values are converted to the sink's types, and missing fields are {@code null}
     * @return the sink
     * @throws IllegalArgumentException when a row has a field more than the sink, or two have the same key
     */
    public InMemorySink holding(Row... rows) {
        return holding(List.of(rows));
    }

    /**
     * Returns a sink like this one that holds some rows from the start.
     *
     * @param rows the rows; values are converted to the sink's types, and missing fields are {@code null}
     * @return the sink
     * @throws IllegalArgumentException when a row has a field more than the sink, or two have the same key
     */
    public InMemorySink holding(List<Row> rows) {
        InMemorySink sink = new InMemorySink(declared, keyFields, traits);
        sink.insert(rows);
        return sink;
    }

    /**
     * Returns a sink like this one whose content can be read in ascending order of any fields, so that a plan merges
     * it instead of collecting it.
     *
     * @return the sink, with the rows that this one holds now
     */
    public InMemorySink ordered() {
        return copy(new Traits(traits.name, true, traits.lasting, traits.database, traits.references));
    }

    /**
     * Returns a sink like this one in which changes hold as soon as they are written, without the writer saying so.
     * Closing a writer without a commit takes nothing back, and a run that fails reports as unknown what was not
     * committed.
     *
     * @return the sink, with the rows that this one holds now
     */
    public InMemorySink withoutTransaction() {
        return copy(new Traits(traits.name, traits.isOrdered, Lasting.WHEN_WRITTEN, null, traits.references));
    }

    /**
     * Returns a sink like this one in which an applied change is final, as with a REST resource: its writers
     * {@link ChangeWriter#appliesAtOnce() apply at once}, and a run that fails counts what was applied as committed.
     *
     * @return the sink, with the rows that this one holds now
     */
    public InMemorySink applyingAtOnce() {
        return copy(new Traits(traits.name, traits.isOrdered, Lasting.AT_ONCE, null, traits.references));
    }

    /**
     * Returns a sink like this one with another name in messages and reports.
     *
     * @param name the name, for example {@code table orders}
     * @return the sink, with the rows that this one holds now
     */
    public InMemorySink named(String name) {
        return copy(new Traits(name, traits.isOrdered, traits.lasting, traits.database, traits.references));
    }

    /**
     * Returns a sink like this one that lies in a database: a group can write it in one transaction with other sinks of
     * the same database.
     *
     * @param database what stands for the database; sinks for which it is equal lie in one
     * @return the sink, with the rows that this one holds now; it has transactions
     */
    public InMemorySink in(Object database) {
        return copy(new Traits(traits.name, traits.isOrdered, Lasting.BY_COMMIT, database, traits.references));
    }

    /**
     * Returns a sink like this one that refers to others, as a table does by foreign keys. Nothing is checked when rows
     * are written; a group takes its order from it.
     *
     * @param which tells to which other sinks it refers
     * @return the sink, with the rows that this one holds now
     */
    public InMemorySink referringTo(Predicate<? super Sink<?>> which) {
        return copy(new Traits(traits.name, traits.isOrdered, traits.lasting, traits.database, which));
    }

    private synchronized InMemorySink copy(Traits others) {
        InMemorySink sink = new InMemorySink(declared, keyFields, others);
        sink.adopted = adopted;
        sink.committed = new Table(committed);
        return sink;
    }

    /**
     * Returns this sink as one of Java records.
     *
     * @param type the record's class
     * @param <R> the record's type
     * @return the endpoint, which shares this sink's content
     */
    public <R extends Record> Endpoint<R> as(Class<R> type) {
        return Endpoint.typed(this, RecordType.of(type));
    }

    // ---------------------------------------------------------------- what a test looks at and changes

    /**
     * Returns the rows that are committed.
     *
     * @return the rows, in the order in which they were inserted
     */
    public synchronized List<Row> content() {
        return List.copyOf(committed.rows.values());
    }

    /**
     * Returns what writers were given, committed or not.
     *
     * @return the batches, in the order in which they were written
     */
    public synchronized List<List<Change<Row>>> writes() {
        return List.copyOf(writes);
    }

    /**
     * Returns how many commits there were.
     *
     * @return the number
     */
    public synchronized int commits() {
        return commits;
    }

    /**
     * Returns how many writers are open.
     *
     * @return the number; 0 after a run
     */
    public synchronized int openWriters() {
        return openWriters;
    }

    /**
     * Returns how many times the content was read.
     *
     * @return the number
     */
    public synchronized int readings() {
        return readings;
    }

    /**
     * Inserts rows as somebody else would, outside any writer.
     *
     * @param rows the rows; values are converted to the sink's types, and missing fields are {@code null}
     * @throws IllegalArgumentException when a row has a field more than the sink, or its key is there already
     */
    public void insert(Row... rows) {
        insert(List.of(rows));
    }

    private synchronized void insert(List<Row> rows) {
        Table changed = new Table(committed);
        for (Row row : rows) {
            Row stored = stored(row);
            Key key = key(stored);
            if (changed.has(key)) {
                throw new IllegalArgumentException("two rows have the key " + key);
            }
            changed.insert(stored, key);
        }
        committed = changed;
    }

    /**
     * Changes rows as somebody else would, outside any writer.
     *
     * @param condition tells which rows
     * @param change returns the new row
     */
    public synchronized void update(Predicate<? super Row> condition, UnaryOperator<Row> change) {
        Table changed = new Table(committed);
        committed.rows.forEach((position, row) -> {
            if (condition.test(row)) {
                Row stored = stored(change.apply(row));
                changed.replace(position, stored, key(row), key(stored));
            }
        });
        committed = changed;
    }

    /**
     * Deletes rows as somebody else would, outside any writer.
     *
     * @param condition tells which rows
     */
    public synchronized void removeIf(Predicate<? super Row> condition) {
        Table changed = new Table(committed);
        committed.rows.forEach((position, row) -> {
            if (condition.test(row)) {
                changed.delete(position, key(row));
            }
        });
        committed = changed;
    }

    private Row stored(Row row) {
        Schema fields = declared != null ? declared : adopt(row.schema());
        for (String name : row.schema().names()) {
            if (!fields.has(name)) {
                throw new IllegalArgumentException("the sink has no field '" + name + "': " + fields.names());
            }
        }
        @Nullable Object[] values = new @Nullable Object[fields.size()];
        for (int i = 0; i < values.length; i++) {
            Field field = fields.field(i);
            Object value = row.has(field.name()) ? row.value(field.name()) : null;
            values[i] = value == null ? null : field.type().convert(value);
        }
        return fields.row(values);
    }

    private Schema adopt(Schema fields) {
        Schema known = adopted;
        if (known == null) {
            adopted = fields;
            return fields;
        }
        return known;
    }

    /** Returns what no two rows may share, or {@code null} when there is no key or a part of it is null. */
    private @Nullable Key key(Row row) {
        List<Object> values = new ArrayList<>();
        for (String field : keyFields) {
            Object value = row.value(field);
            if (value == null) {
                return null;
            }
            values.add(value);
        }
        return values.isEmpty() ? null : new Key(keyFields, values);
    }

    // ---------------------------------------------------------------- source

    @Override
    public String name() {
        return traits.name;
    }

    @Override
    public synchronized Optional<Schema> schema() {
        return Optional.ofNullable(declared != null ? declared : adopted);
    }

    @Override
    public Optional<Schema> storedSchema() {
        return schema();
    }

    @Override
    public RecordType<Row> recordType() {
        return RecordType.rows();
    }

    @Override
    public Completion read(Receiver<? super Row> receiver, ReadContext context) {
        List<Map.Entry<Long, Row>> snapshot;
        synchronized (this) {
            readings++;
            snapshot = new ArrayList<>(committed.rows.entrySet());
        }
        if (!context.order().isEmpty()) {
            snapshot.sort(Map.Entry.comparingByValue(new FieldOrder(context.order())));
        }
        for (Map.Entry<Long, Row> row : snapshot) {
            receiver.accept(row.getValue(), row.getKey());
        }
        return Completion.complete();
    }

    @Override
    public boolean canOrderBy(List<String> fields) {
        return traits.isOrdered;
    }

    @Override
    public synchronized OptionalLong estimatedSize() {
        return OptionalLong.of(committed.rows.size());
    }

    @Override
    public String locate(long position) {
        return "row " + position;
    }

    // ---------------------------------------------------------------- sink

    @Override
    public boolean canCommitInParts() {
        return true;
    }

    @Override
    public boolean refersTo(Sink<?> other) {
        return traits.references.test(other);
    }

    @Override
    public ChangeWriter<Row> open(WriteContext context) {
        Object database = traits.database;
        Joint joined = database == null
                ? null
                : context.joint().map(joint -> joined(joint, database)).orElse(null);
        synchronized (this) {
            Writer writer = new Writer(context.schema(), joined != null);
            if (joined != null) {
                joined.writers.add(writer);
            }
            openWriters++;
            return writer;
        }
    }

    private static Joint joined(JointTransaction joint, Object database) {
        try {
            return joint.join(database, Joint.class, () -> new Joint(database));
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /** Commits what the writers of several sinks have written. */
    private static final class Joint implements JointTransaction.Participant {

        private final Object database;
        private final List<Writer> writers = new ArrayList<>();

        Joint(Object database) {
            this.database = database;
        }

        @Override
        public void commit() throws NotCommittedException {
            // one after the other, so that two transactions do not wait for each other's sinks
            synchronized (database) {
                for (Writer writer : writers) {
                    writer.prepare();
                }
                writers.forEach(Writer::publish);
            }
        }

        @Override
        public void close() {
            // what the writers have not published is forgotten with them
        }
    }

    /** Rows by position, which is a running number that is never given twice. */
    private static final class Table {

        private final Map<Long, Row> rows;
        private final Map<Key, Long> positions;
        private long last;

        Table() {
            this.rows = new LinkedHashMap<>();
            this.positions = new LinkedHashMap<>();
        }

        Table(Table other) {
            this.rows = new LinkedHashMap<>(other.rows);
            this.positions = new LinkedHashMap<>(other.positions);
            this.last = other.last;
        }

        boolean has(@Nullable Key key) {
            return key != null && positions.containsKey(key);
        }

        void insert(Row row, @Nullable Key key) {
            last++;
            rows.put(last, row);
            if (key != null) {
                positions.put(key, last);
            }
        }

        void replace(long position, Row row, @Nullable Key before, @Nullable Key after) {
            rows.put(position, row);
            if (before != null) {
                positions.remove(before);
            }
            if (after != null) {
                positions.put(after, position);
            }
        }

        void delete(long position, @Nullable Key key) {
            rows.remove(position);
            if (key != null) {
                positions.remove(key);
            }
        }
    }

    @SuppressWarnings("try") // as in ChangeWriter
    private final class Writer implements ChangeWriter<Row> {

        private final Schema fields;
        private final boolean isJoined;
        private final List<Change<Row>> applied = new ArrayList<>();
        private Table opened;
        private Table draft;
        private boolean isClosed;

        Writer(Schema fields, boolean isJoined) {
            this.fields = fields;
            this.isJoined = isJoined;
            this.opened = committed;
            this.draft = begun();
        }

        private Table begun() {
            return traits.isTransactional() ? new Table(committed) : committed;
        }

        @Override
        public List<Outcome> write(List<Change<Row>> batch) {
            synchronized (InMemorySink.this) {
                checkOpen();
                if (batch.isEmpty()) {
                    throw new IllegalArgumentException("an empty batch was written");
                }
                writes.add(List.copyOf(batch));
                if (!traits.isTransactional()) {
                    draft = committed;
                }
                return batch.stream().map(this::apply).toList();
            }
        }

        @Override
        public void commit() throws NotCommittedException {
            synchronized (InMemorySink.this) {
                checkOpen();
                if (!isJoined) {
                    prepare();
                    publish();
                }
            }
        }

        private void prepare() throws NotCommittedException {
            synchronized (InMemorySink.this) {
                if (traits.isTransactional() && committed != opened) {
                    replay();
                }
            }
        }

        private void publish() {
            synchronized (InMemorySink.this) {
                if (traits.isTransactional()) {
                    committed = draft;
                }
                if (declared == null) {
                    adopt(fields);
                }
                commits++;
                applied.clear();
                opened = committed;
                draft = begun();
            }
        }

        /** Somebody else has committed since this writer was opened: does everything again on top of it. */
        private void replay() throws NotCommittedException {
            draft = new Table(committed);
            opened = committed;
            List<Change<Row>> again = List.copyOf(applied);
            applied.clear();
            for (Change<Row> change : again) {
                if (apply(change) instanceof Outcome.Conflict) {
                    throw new NotCommittedException("somebody else has changed " + change.key());
                }
            }
        }

        @Override
        public boolean undoesOnClose() {
            return traits.isTransactional();
        }

        @Override
        public boolean appliesAtOnce() {
            return traits.lasting == Lasting.AT_ONCE;
        }

        @Override
        public void close() {
            synchronized (InMemorySink.this) {
                if (!isClosed) {
                    isClosed = true;
                    openWriters--;
                }
            }
        }

        private void checkOpen() {
            if (isClosed) {
                throw new IllegalStateException("the writer is closed");
            }
        }

        private Outcome apply(Change<Row> change) {
            Outcome outcome;
            if (change instanceof Change.Insert<Row> insert) {
                outcome = insert(insert);
            } else if (change instanceof Change.Update<Row> update) {
                outcome = update(update);
            } else {
                outcome = delete((Change.Delete<Row>) change);
            }
            if (outcome instanceof Outcome.Applied) {
                applied.add(change);
            }
            return outcome;
        }

        private Outcome insert(Change.Insert<Row> change) {
            @Nullable Object[] values = new @Nullable Object[fields.size()];
            for (int i = 0; i < values.length; i++) {
                Field field = fields.field(i);
                if (change.after().has(field.name())) {
                    values[i] = checked(field, change.after().value(field.name()));
                }
                if (values[i] == null && field.is(Field.Trait.NOT_NULL)) {
                    return Outcome.rejected("field '" + field.name() + "' must not be null");
                }
            }
            Row row = fields.row(values);
            Key key = key(row);
            if (draft.has(key)) {
                return Outcome.conflict("a row with this key is there already");
            }
            draft.insert(row, key);
            return Outcome.applied();
        }

        private Outcome update(Change.Update<Row> change) {
            Row present = draft.rows.get(change.position());
            if (present == null || !isAsFound(present, change.before())) {
                return Outcome.conflict(
                        present == null ? "the row is there no more" : "the row is not as it was found");
            }
            @Nullable Object[] values = new @Nullable Object[fields.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = present.value(i);
            }
            for (Difference difference : change.differences()) {
                int place = fields.indexOf(difference.field());
                values[place] = checked(fields.field(place), difference.after());
                if (values[place] == null && fields.field(place).is(Field.Trait.NOT_NULL)) {
                    return Outcome.rejected("field '" + difference.field() + "' must not be null");
                }
            }
            Row row = fields.row(values);
            Key before = key(present);
            Key after = key(row);
            if (!Objects.equals(before, after) && draft.has(after)) {
                return Outcome.rejected("another row has this key");
            }
            draft.replace(change.position(), row, before, after);
            return Outcome.applied();
        }

        private Outcome delete(Change.Delete<Row> change) {
            Row present = draft.rows.get(change.position());
            if (present == null || !isAsFound(present, change.before())) {
                return Outcome.conflict(
                        present == null ? "the row is there no more" : "the row is not as it was found");
            }
            draft.delete(change.position(), key(present));
            return Outcome.applied();
        }

        private boolean isAsFound(Row present, Row found) {
            return found.schema().names().stream()
                    .allMatch(name -> Objects.deepEquals(present.value(name), found.value(name)));
        }

        private @Nullable Object checked(Field field, @Nullable Object value) {
            if (field.is(Field.Trait.READ_ONLY)) {
                throw new IllegalArgumentException("field '" + field.name() + "' is read-only and was written");
            }
            if (value == null) {
                return null;
            }
            Object stored;
            try {
                stored = field.type().convert(value);
            } catch (ConversionException e) {
                throw notStored(field, e.getMessage());
            }
            if (!field.type().javaType().isInstance(value) || !Objects.deepEquals(stored, value)) {
                throw notStored(field, "converting it changes it");
            }
            return value;
        }

        private IllegalArgumentException notStored(Field field, @Nullable String why) {
            return new IllegalArgumentException("field '" + field.name()
                    + "' was given a value that is not in the form of " + field.type() + ": " + why);
        }

        @Override
        public String method() {
            return "in memory, " + traits.lasting.method;
        }
    }
}
