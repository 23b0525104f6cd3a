package dev.datasync.http;

import dev.datasync.change.Change;
import dev.datasync.change.ChangeCounts;
import dev.datasync.match.Difference;
import dev.datasync.match.Difference.Reason;
import dev.datasync.match.Key;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.Outcome;
import dev.datasync.sink.WriteContext;
import dev.datasync.source.ReadContext.Cancellation;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/** Writes changes as the engine does, for tests. */
@SuppressWarnings("try") // a writer's close() may throw anything
final class Writing implements WriteContext {

    private final Schema schema;
    private final List<String> keys;
    private final OnRejection rule;
    private final ChangeCounts expected;
    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private final List<Cancellation> cancellations = new CopyOnWriteArrayList<>();
    private volatile String method = "";

    Writing(Schema schema, OnRejection rule, ChangeCounts expected, String... keys) {
        this.schema = schema;
        this.rule = rule;
        this.expected = expected;
        this.keys = List.of(keys);
    }

    /** Returns what goes on after a rejection, of records with the key {@code id}. */
    static Writing skipping(Schema schema) {
        return new Writing(schema, OnRejection.SKIP_CHANGE, new ChangeCounts(0, 0, 0), "id");
    }

    /** Returns what ends at a rejection, of records with the key {@code id}. */
    static Writing ending(Schema schema) {
        return new Writing(schema, OnRejection.END_RUN, new ChangeCounts(0, 0, 0), "id");
    }

    static Change<Row> insert(Row row) {
        return new Change.Insert<>(Key.of("id", Objects.requireNonNull(row.value("id"))), row);
    }

    static Change<Row> update(Row before, Row after) {
        List<Difference> differences = new ArrayList<>();
        for (String name : after.schema().names()) {
            if (!Objects.deepEquals(before.value(name), after.value(name))) {
                differences.add(new Difference(name, before.value(name), after.value(name), Reason.OTHER_VALUE));
            }
        }
        return new Change.Update<>(
                Key.of("id", Objects.requireNonNull(before.value("id"))),
                before,
                after,
                differences,
                1,
                Change.Update.Cause.DIFFERENT);
    }

    static Change<Row> delete(Row row) {
        return new Change.Delete<>(Key.of("id", Objects.requireNonNull(row.value("id"))), row, 1);
    }

    /** Writes some changes and commits. */
    List<Outcome> write(HttpTarget target, List<Change<Row>> changes) throws Exception {
        try (ChangeWriter<Row> writer = target.open(this)) {
            List<Outcome> outcomes = writer.write(changes);
            writer.commit();
            method = writer.method();
            return outcomes;
        }
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // the array is only read
    final List<Outcome> write(HttpTarget target, Change<Row>... changes) throws Exception {
        return write(target, List.of(changes));
    }

    void cancel() throws Exception {
        for (Cancellation cancellation : cancellations) {
            cancellation.cancel();
        }
    }

    List<String> warnings() {
        return warnings;
    }

    String method() {
        return method;
    }

    /** Returns why a change was not done. */
    static String reason(Outcome outcome) {
        if (outcome instanceof Outcome.Rejected rejected) {
            return "rejected: " + rejected.reason();
        }
        if (outcome instanceof Outcome.Conflict conflict) {
            return "conflict: " + conflict.reason();
        }
        if (outcome instanceof Outcome.Unknown unknown) {
            return "unknown: " + unknown.reason();
        }
        return outcome instanceof Outcome.NotTried notTried ? "not tried: " + notTried.cause() : "applied";
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
        return keys;
    }

    @Override
    public ChangeCounts expected() {
        return expected;
    }

    @Override
    public OnRejection onRejection() {
        return rule;
    }

    @Override
    public void warn(String message) {
        warnings.add(message);
    }

    @Override
    public boolean isCancelled() {
        return false;
    }

    @Override
    public void onCancel(Cancellation action) {
        cancellations.add(action);
    }
}
