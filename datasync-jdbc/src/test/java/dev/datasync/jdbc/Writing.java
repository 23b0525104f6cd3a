package dev.datasync.jdbc;

import dev.datasync.change.Change;
import dev.datasync.change.ChangeCounts;
import dev.datasync.match.Difference;
import dev.datasync.match.Key;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.JointTransaction;
import dev.datasync.sink.Outcome;
import dev.datasync.sink.Sink;
import dev.datasync.sink.WriteContext;
import dev.datasync.source.ReadContext.Cancellation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What a writer knows of a run, and changes as the engine makes them. */
@SuppressWarnings("try") // a writer may throw anything when it is closed
final class Writing implements WriteContext {

    private final Schema schema;
    private final List<String> keyFields;
    private final OnRejection onRejection;
    final List<String> warnings = new ArrayList<>();
    private ChangeCounts expected = new ChangeCounts(1, 1, 1);
    private JointTransaction joint;
    private volatile boolean cancelled;
    private volatile Cancellation cancellation;

    private Writing(Schema schema, List<String> keyFields, OnRejection onRejection) {
        this.schema = schema;
        this.keyFields = keyFields;
        this.onRejection = onRejection;
    }

    static Writing to(Sink<?> sink, String... keyFields) throws Exception {
        return new Writing(sink.storedSchema().orElseThrow(), List.of(keyFields), OnRejection.END_RUN);
    }

    Writing skipping() {
        return new Writing(schema, keyFields, OnRejection.SKIP_CHANGE);
    }

    Writing expecting(long inserts, long updates, long deletes) {
        expected = new ChangeCounts(inserts, updates, deletes);
        return this;
    }

    Writing within(JointTransaction transaction) {
        joint = transaction;
        return this;
    }

    @Override
    public void warn(String message) {
        warnings.add(message);
    }

    @Override
    public Optional<JointTransaction> joint() {
        return Optional.ofNullable(joint);
    }

    /** Writes the changes and commits. */
    @SafeVarargs
    @SuppressWarnings("varargs")
    static List<Outcome> write(Sink<Row> sink, Change<Row>... changes) throws Exception {
        return to(sink, "id").all(sink, Arrays.asList(changes));
    }

    List<Outcome> all(Sink<Row> sink, List<Change<Row>> changes) throws Exception {
        try (ChangeWriter<Row> writer = sink.open(this)) {
            List<Outcome> outcomes = writer.write(changes);
            writer.commit();
            return outcomes;
        }
    }

    static Change<Row> insert(Object... namesAndValues) {
        Row row = Row.of(namesAndValues);
        return new Change.Insert<>(keyOf(row), row);
    }

    static Change<Row> delete(Row before) {
        return new Change.Delete<>(keyOf(before), before, 1);
    }

    static Change<Row> update(Row before, Object... namesAndValues) {
        Row after = before;
        List<Difference> differences = new ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            String name = (String) namesAndValues[i];
            Object value = namesAndValues[i + 1];
            after = after.with(name, value);
            String column = before.schema().field(name).name();
            differences.add(new Difference(column, before.value(name), value, Difference.Reason.OTHER_VALUE));
        }
        return new Change.Update<>(keyOf(before), before, after, differences, 1, Change.Update.Cause.DIFFERENT);
    }

    private static Key keyOf(Row row) {
        return Key.of("id", row.value(0));
    }

    void cancel() throws Exception {
        cancelled = true;
        cancellation.cancel();
    }

    @Override
    public String plan() {
        return "test";
    }

    @Override
    public Schema schema() {
        return schema;
    }

    @Override
    public List<String> keyFields() {
        return keyFields;
    }

    @Override
    public ChangeCounts expected() {
        return expected;
    }

    @Override
    public OnRejection onRejection() {
        return onRejection;
    }

    @Override
    public boolean isCancelled() {
        return cancelled;
    }

    @Override
    public void onCancel(Cancellation action) {
        cancellation = action;
    }
}
