package dev.datasync.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.SyncPlan;
import dev.datasync.change.Change;
import dev.datasync.change.ChangeCounts;
import dev.datasync.change.Deletes;
import dev.datasync.match.Difference;
import dev.datasync.match.Key;
import dev.datasync.match.Matcher;
import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.run.RunOutcome;
import dev.datasync.run.SyncReport;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.Outcome;
import dev.datasync.sink.Sink;
import dev.datasync.sink.WriteContext;
import dev.datasync.sink.WriteContext.OnRejection;
import dev.datasync.source.Completion;
import dev.datasync.source.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Sink} promises, as tests. The author of a connector extends this class, says how to make a target
 * that holds some rows, and describes by the other methods what the target can and cannot do.
 *
 * <pre>{@code
 * final class JdbcTableContractTest extends SinkContract {
 *
 *     @Override
 *     protected Sink<Row> sink(Schema schema, List<String> keyFields, List<Row> content) throws SQLException {
 *         return JdbcTable.named(create(schema, keyFields, content)).in(dataSource);
 *     }
 *
 *     @Override
 *     protected List<Row> content() throws SQLException {
 *         return select("select * from " + lastTable());
 *     }
 * }
 * }</pre>
 *
 * <p>A row of the target is right when each of its values, converted by the type that {@link Sink#storedSchema()} declares for
 * its field, is the value that was written, converted by the same type.
 */
@SuppressWarnings("try") // a writer's close() may throw anything, an interrupt included
public abstract class SinkContract {

    private @Nullable Sink<Row> made;

    /** Makes a contract. */
    protected SinkContract() {}

    // ---------------------------------------------------------------- what the author says

    /**
     * Makes a new target that holds some rows, and returns it as a sink. Called at most once by each test.
     *
     * @param schema the fields of the rows: those of {@link #schema()}
     * @param keyFields the fields of the key: those of {@link #keyFields()}
     * @param content the rows that the target shall hold, none or many; the values are in the form of the schema
     * @return the sink
     * @throws Exception when that fails, which fails the test
     */
    protected abstract Sink<Row> sink(Schema schema, List<String> keyFields, List<Row> content) throws Exception;

    /**
     * Reads the content of the target that was made last, by other means than the sink where there are some, so that a
     * sink which reads wrongly what it wrote wrongly is found out.
     *
     * @return the rows, in any order
     * @throws Exception when they cannot be read, which fails the test
     */
    protected List<Row> content() throws Exception {
        return Reading.of(lastSink().existing()).records();
    }

    /**
     * Returns the fields of the rows that the tests use. Override it with all types that the connector knows, or with
     * nothing but text where it knows no others.
     *
     * @return the fields; by default {@code id integer, name text(200), price decimal(9,2)}
     */
    protected Schema schema() {
        return Schema.of(
                Field.of("id", FieldType.integer()),
                Field.of("name", FieldType.text(200)),
                Field.of("price", FieldType.decimal(9, 2)));
    }

    /**
     * Returns the fields that identify a row.
     *
     * @return the fields' names; by default the first field
     */
    protected List<String> keyFields() {
        return List.of(schema().field(0).name());
    }

    /**
     * Returns the texts that rows are filled with. Override it where a format cannot hold some of them.
     *
     * @return texts with quotes, line breaks, letters of many scripts and the like; not empty
     */
    protected List<String> texts() {
        return Samples.AWKWARD_TEXTS;
    }

    /**
     * Returns how many rows the test with many of them uses.
     *
     * @return the number; by default 5,000
     */
    protected int manyRows() {
        return 5_000;
    }

    /**
     * Tells whether the target can tell {@code null} from an empty text.
     *
     * @return whether it can; by default {@code true}
     */
    protected boolean keepsNull() {
        return true;
    }

    /**
     * Tells whether a writer that is closed without a commit leaves the target as it was.
     *
     * @return whether it does; by default {@code true}
     */
    protected boolean isTransactional() {
        return true;
    }

    /**
     * Tells whether the target can be read by others while a writer is open, and shows the old content then.
     *
     * @return whether it can; by default the same as {@link #isTransactional()}
     */
    protected boolean showsOldContentUntilCommit() {
        return isTransactional();
    }

    /**
     * Tells whether the target notices that a row was removed or inserted by somebody else since it was compared.
     *
     * @return whether it does; by default {@code true}
     */
    protected boolean detectsConflicts() {
        return true;
    }

    /**
     * Returns how many files, connections, threads and the like the sinks of this test hold open now. Checked after
     * every test.
     *
     * @return the number, or empty when that cannot be counted, which is the default
     */
    protected OptionalInt openResources() {
        return OptionalInt.empty();
    }

    private Samples samples() {
        return new Samples(schema(), keyFields(), texts());
    }

    private Sink<Row> sink(List<Row> content) throws Exception {
        Sink<Row> sink = sink(schema(), keyFields(), content);
        made = sink;
        return sink;
    }

    private Sink<Row> lastSink() {
        return Objects.requireNonNull(made, "no sink was made yet");
    }

    // ---------------------------------------------------------------- what is there

    /** Everything that was opened is closed. */
    @AfterEach
    protected final void leaves_nothing_open() {
        openResources()
                .ifPresent(open -> assertThat(open).as("resources left open").isZero());
    }

    /**
     * Before anything is read, the sink says how it stores the fields.
     *
     * @throws Exception when the target cannot be used
     */
    @Test
    protected void declares_its_fields() throws Exception {
        Sink<Row> sink = sink(samples().rows(1, 3));
        Optional<Schema> declared = sink.storedSchema();
        assertThat(declared).as("the fields of a target that is there").isPresent();
        for (String name : schema().names()) {
            assertThat(declared.get().has(name))
                    .as("whether %s has the field %s", declared.get(), name)
                    .isTrue();
        }
        assertThat(sink.name()).isNotBlank();
    }

    /**
     * The present content comes completely, in the form that the sink declares, with positions that can be described.
     *
     * @throws Exception when the target cannot be used
     */
    @Test
    protected void delivers_its_content_in_the_form_that_it_declares() throws Exception {
        List<Row> rows = samples().rows(1, 20);
        Sink<Row> sink = sink(rows);
        Schema declared = stored(sink);
        Reading<Row> reading = Reading.of(sink.existing());
        assertThat(reading.completion()).isInstanceOf(Completion.Complete.class);
        assertThat(reading.rejections()).isEmpty();
        assertThat(canonical(reading.records())).containsExactlyInAnyOrderElementsOf(canonical(rows));
        for (Row row : reading.records()) {
            assertThat(Rows.canonical(declared, row))
                    .as("a row of existing() is in stored form: converting it changes nothing")
                    .isEqualTo(row.select(declared.names().toArray(String[]::new)));
        }
        assertThat(reading.positions()).doesNotHaveDuplicates().allMatch(position -> position >= 0);
        for (long position : reading.positions()) {
            assertThat(sink.existing().locate(position)).isNotBlank();
        }
    }

    /**
     * An empty target is read completely and delivers nothing.
     *
     * @throws Exception when the target cannot be used
     */
    @Test
    protected void delivers_nothing_when_it_is_empty() throws Exception {
        Reading<Row> reading = Reading.of(sink(List.of()).existing());
        assertThat(reading.records()).isEmpty();
        assertThat(reading.completion()).isInstanceOf(Completion.Complete.class);
    }

    // ---------------------------------------------------------------- single changes

    /**
     * Inserted rows are there after the commit, and each has an outcome.
     *
     * @throws Exception when the target cannot be used
     */
    @Test
    protected void inserts() throws Exception {
        Sink<Row> sink = sink(samples().rows(1, 2));
        write(sink, insert(sink, samples().row(3)), insert(sink, samples().row(4)));
        assertContent(samples().rows(1, 4));
    }

    /**
     * An update writes the fields that differ.
     *
     * @throws Exception when the target cannot be used
     */
    @Test
    protected void updates() throws Exception {
        Sink<Row> sink = sink(samples().rows(1, 3));
        write(sink, update(sink, 2, samples().row(2, 1)));
        assertContent(List.of(samples().row(1), samples().row(2, 1), samples().row(3)));
    }

    /**
     * An update leaves the fields alone that do not differ, so that it does not undo what somebody else has written.
     *
     * @throws Exception when the target cannot be used
     */
    @Test
    protected void updates_nothing_but_the_fields_that_differ() throws Exception {
        Assumptions.assumeTrue(detectsConflicts());
        List<String> others = schema().names().stream()
                .filter(name -> !keyFields().contains(name))
                .toList();
        Assumptions.assumeTrue(others.size() > 1, "two fields beside the key are needed");
        Sink<Row> sink = sink(samples().rows(1, 3));
        Change<Row> mine = update(sink, 2, merged(samples().row(2), samples().row(2, 1), others.get(0)));
        Change<Row> theirs = update(sink, 2, merged(samples().row(2), samples().row(2, 1), others.get(1)));
        write(sink, theirs);
        boolean isWritten = tryToWrite(sink, mine);
        Row expected = merged(samples().row(2), samples().row(2, 1), others.get(1));
        if (isWritten) {
            expected = merged(expected, samples().row(2, 1), others.get(0));
        }
        assertContent(List.of(samples().row(1), expected, samples().row(3)));
    }

    /**
     * Deleted rows are gone after the commit, and no others.
     *
     * @throws Exception when the target cannot be used
     */
    @Test
    protected void deletes() throws Exception {
        Sink<Row> sink = sink(samples().rows(1, 4));
        write(sink, delete(sink, 1), delete(sink, 3));
        assertContent(List.of(samples().row(2), samples().row(4)));
    }

    /**
     * Deletes, updates and inserts can be mixed in one batch and spread over several.
     *
     * @throws Exception when the target cannot be used
     */
    @Test
    protected void writes_mixed_batches() throws Exception {
        Sink<Row> sink = sink(samples().rows(1, 6));
        List<Change<Row>> changes = List.of(
                delete(sink, 2),
                delete(sink, 5),
                update(sink, 1, samples().row(1, 1)),
                update(sink, 6, samples().row(6, 1)),
                insert(sink, samples().row(7)),
                insert(sink, samples().row(8)));
        try (ChangeWriter<Row> writer = open(sink, OnRejection.END_RUN)) {
            assertApplied(writer, changes.subList(0, 3));
            assertApplied(writer, changes.subList(3, 4));
            assertApplied(writer, changes.subList(4, 6));
            assertThat(writer.method()).isNotNull();
            writer.commit();
        }
        assertContent(List.of(
                samples().row(1, 1),
                samples().row(3),
                samples().row(4),
                samples().row(6, 1),
                samples().row(7),
                samples().row(8)));
    }

    /**
     * {@code null} is written and taken back.
     *
     * @throws Exception when the target cannot be used
     */
    @Test
    protected void writes_null() throws Exception {
        Assumptions.assumeTrue(keepsNull(), "the target cannot tell null from an empty text");
        Sink<Row> sink = sink(List.of(samples().row(1), samples().nulls(2)));
        write(
                sink,
                update(sink, 1, samples().nulls(1)),
                update(sink, 2, samples().row(2)),
                insert(sink, samples().nulls(3)));
        assertContent(List.of(samples().nulls(1), samples().row(2), samples().nulls(3)));
    }

    /**
     * Texts are stored as they are, whatever letters they are made of.
     *
     * @throws Exception when the target cannot be used
     */
    @Test
    protected void writes_texts_as_they_are() throws Exception {
        List<Row> rows = new ArrayList<>();
        for (String text : texts()) {
            rows.add(samples().text(rows.size() + 1, text));
        }
        Sink<Row> sink = sink(List.of());
        Schema declared = stored(sink);
        write(sink, rows.stream().map(row -> insert(declared, row)).toList());
        assertContent(rows);
    }

    // ---------------------------------------------------------------- commit and close

    /**
     * A writer that may commit several times keeps what each commit has made last, also when it is closed with changes
     * that are not committed.
     *
     * @throws Exception when the target cannot be used
     */
    @Test
    protected void keeps_what_each_commit_has_made_last() throws Exception {
        Sink<Row> sink = sink(samples().rows(1, 4));
        Assumptions.assumeTrue(sink.canCommitInParts(), "the target is written as a whole");
        List<Change<Row>> changes = List.of(
                delete(sink, 1),
                delete(sink, 2),
                update(sink, 3, samples().row(3, 1)),
                insert(sink, samples().row(5)),
                insert(sink, samples().row(6)));
        try (ChangeWriter<Row> writer = open(sink, OnRejection.END_RUN)) {
            assertApplied(writer, changes.subList(0, 1));
            writer.commit();
            assertApplied(writer, changes.subList(1, 2));
            assertApplied(writer, changes.subList(2, 3));
            writer.commit();
            if (showsOldContentUntilCommit()) {
                assertContent(List.of(samples().row(3, 1), samples().row(4)));
            }
            assertApplied(writer, changes.subList(3, 4));
            writer.commit();
            if (isTransactional()) {
                assertApplied(writer, changes.subList(4, 5));
            }
        }
        assertContent(List.of(samples().row(3, 1), samples().row(4), samples().row(5)));
    }

    /**
     * A plan that commits in parts ends where one with a single commit ends, and a second run writes nothing.
     *
     * @throws Exception when the target cannot be used
     */
    @Test
    protected void is_the_same_whatever_is_committed_at_once() throws Exception {
        Sink<Row> sink = sink(samples().rows(1, 10));
        Assumptions.assumeTrue(sink.canCommitInParts(), "the target is written as a whole");
        List<Row> wanted = new ArrayList<>(samples().rows(4, 12));
        wanted.set(0, samples().row(4, 1));
        SyncPlan<Row> plan = SyncPlan.named("parts")
                .from(InMemorySource.of(wanted))
                .match(Matcher.<Row>on(
                        keyFields().get(0), keyFields().stream().skip(1).toArray(String[]::new)))
                .into(sink)
                .deletes(Deletes.missing().unlimited())
                .commitEvery(4)
                .build();
        SyncReport report = plan.run();
        assertThat(report.outcome()).isEqualTo(RunOutcome.SUCCEEDED);
        assertThat(report.counts().written()).isEqualTo(6);
        assertContent(wanted);
        assertThat(plan.run().counts().written()).isZero();
    }

    /**
     * Without a commit the target is as it was, and nobody saw anything else in between.
     *
     * @throws Exception when the target cannot be used
     */
    @Test
    protected void leaves_everything_as_it_was_without_a_commit() throws Exception {
        Assumptions.assumeTrue(isTransactional(), "the target has no transactions");
        Sink<Row> sink = sink(samples().rows(1, 3));
        List<Change<Row>> changes = List.of(
                delete(sink, 1),
                update(sink, 2, samples().row(2, 1)),
                insert(sink, samples().row(4)));
        try (ChangeWriter<Row> writer = open(sink, OnRejection.END_RUN)) {
            assertApplied(writer, changes);
            if (showsOldContentUntilCommit()) {
                assertContent(samples().rows(1, 3));
            }
        }
        assertContent(samples().rows(1, 3));
        write(sink, delete(sink, 3));
        assertContent(samples().rows(1, 2));
    }

    /**
     * A writer that may be opened ahead of the comparison leaves nothing without a commit, and everything with one.
     *
     * @throws Exception when the target cannot be used
     */
    @Test
    protected void takes_back_what_it_was_sent_ahead() throws Exception {
        Sink<Row> sink = sink(List.of());
        Optional<Schema> declared = sink.storedSchema();
        if (declared.isEmpty()) {
            return;
        }
        List<Change<Row>> changes =
                List.of(insert(sink, samples().row(1)), insert(sink, samples().row(2)));
        for (boolean commits : new boolean[] {false, true}) {
            Optional<ChangeWriter<Row>> opened = sink.openAhead(context(declared.get(), OnRejection.END_RUN));
            if (opened.isEmpty()) {
                return;
            }
            try (ChangeWriter<Row> writer = opened.get()) {
                assertThat(writer.undoesOnClose()).isTrue();
                assertApplied(writer, changes);
                assertContent(List.of());
                if (commits) {
                    writer.commit();
                }
            }
            assertContent(commits ? samples().rows(1, 2) : List.of());
        }
    }

    /**
     * The writer says truly whether closing it takes back what was not committed, for the report.
     *
     * @throws Exception when the target cannot be used
     */
    @Test
    protected void tells_whether_closing_takes_back_what_was_written() throws Exception {
        Sink<Row> sink = sink(samples().rows(1, 3));
        try (ChangeWriter<Row> writer = open(sink, OnRejection.END_RUN)) {
            assertThat(writer.undoesOnClose()).isEqualTo(isTransactional());
            assertThat(writer.appliesAtOnce() && writer.undoesOnClose())
                    .as("whether what applies at once is taken back")
                    .isFalse();
        }
    }

    /**
     * A writer that says that its changes apply at once keeps them without a commit, and others see them as soon as they
     * have an outcome.
     *
     * @throws Exception when the target cannot be used
     */
    @Test
    protected void keeps_what_it_says_to_apply_at_once() throws Exception {
        Sink<Row> sink = sink(samples().rows(1, 3));
        List<Change<Row>> changes = List.of(
                delete(sink, 1),
                update(sink, 2, samples().row(2, 1)),
                insert(sink, samples().row(4)));
        List<Row> wanted =
                List.of(samples().row(2, 1), samples().row(3), samples().row(4));
        try (ChangeWriter<Row> writer = open(sink, OnRejection.END_RUN)) {
            Assumptions.assumeTrue(writer.appliesAtOnce(), "changes last by the commit");
            assertApplied(writer, changes);
            assertContent(wanted);
        }
        assertContent(wanted);
    }

    /**
     * A writer that was opened and closed changes nothing.
     *
     * @throws Exception when the target cannot be used
     */
    @Test
    protected void changes_nothing_when_nothing_is_written() throws Exception {
        Sink<Row> sink = sink(samples().rows(1, 3));
        open(sink, OnRejection.END_RUN).close();
        assertContent(samples().rows(1, 3));
    }

    /**
     * The commit makes everything visible at once.
     *
     * @throws Exception when the target cannot be used
     */
    @Test
    protected void shows_everything_after_the_commit() throws Exception {
        Sink<Row> sink = sink(samples().rows(1, 2));
        List<Change<Row>> changes =
                List.of(delete(sink, 1), insert(sink, samples().row(3)));
        try (ChangeWriter<Row> writer = open(sink, OnRejection.END_RUN)) {
            assertApplied(writer, changes);
            writer.commit();
            assertContent(List.of(samples().row(2), samples().row(3)));
        }
        assertContent(List.of(samples().row(2), samples().row(3)));
    }

    /**
     * Others see the old rows or the new ones, and never a mixture, while a run writes.
     *
     * @throws Exception when the target cannot be used
     */
    @Test
    protected void shows_old_or_new_rows_and_never_a_mixture() throws Exception {
        Assumptions.assumeTrue(showsOldContentUntilCommit());
        Sink<Row> sink = sink(samples().rows(1, 50));
        List<Row> old = canonical(samples().rows(1, 50));
        List<Row> changed = canonical(Stream.iterate(1, i -> i <= 50, i -> i + 1)
                .map(i -> samples().row(i, 1))
                .toList());
        List<Change<Row>> changes = new ArrayList<>();
        Reading<Row> present = Reading.of(sink.existing());
        for (int i = 1; i <= 50; i++) {
            changes.add(update(sink, present, i, samples().row(i, 1)));
        }
        AtomicBoolean isWritten = new AtomicBoolean();
        Semaphore readings = new Semaphore(0);
        ExecutorService reader = Executors.newSingleThreadExecutor();
        try {
            Future<List<List<Row>>> seen = reader.submit(() -> {
                List<List<Row>> all = new ArrayList<>();
                while (!isWritten.get()) {
                    all.add(canonical(Reading.of(sink.existing()).records()));
                    readings.release();
                }
                return all;
            });
            try (ChangeWriter<Row> writer = open(sink, OnRejection.END_RUN)) {
                for (int i = 0; i < changes.size(); i += 10) {
                    assertApplied(writer, changes.subList(i, i + 10));
                    // of two readings that have ended since the batch was written, the second has begun since
                    readings.drainPermits();
                    assertThat(readings.tryAcquire(2, 60, TimeUnit.SECONDS))
                            .as("whether the target can be read while a writer is open")
                            .isTrue();
                }
                writer.commit();
            } finally {
                isWritten.set(true);
            }
            for (List<Row> reading : seen.get()) {
                assertThat(reading)
                        .as("what somebody else read while the writer wrote")
                        .hasSameSizeAs(old)
                        .satisfies(rows -> assertThat(old.containsAll(rows) || changed.containsAll(rows))
                                .as("whether all rows are old or all are new")
                                .isTrue());
            }
        } finally {
            reader.shutdownNow();
        }
        assertThat(canonical(content())).containsExactlyInAnyOrderElementsOf(changed);
    }

    // ---------------------------------------------------------------- conflicts

    /**
     * An update of a row that is there no more is a conflict or fails, and changes nothing.
     *
     * @throws Exception when the target cannot be used
     */
    @Test
    protected void refuses_to_update_a_row_that_is_gone() throws Exception {
        Assumptions.assumeTrue(detectsConflicts());
        Sink<Row> sink = sink(samples().rows(1, 3));
        Change<Row> update = update(sink, 2, samples().row(2, 1));
        write(sink, delete(sink, 2));
        assertThat(tryToWrite(sink, update))
                .as("whether a vanished row was updated")
                .isFalse();
        assertContent(List.of(samples().row(1), samples().row(3)));
    }

    /**
     * A delete of a row that is there no more is a conflict or fails, and deletes no other row.
     *
     * @throws Exception when the target cannot be used
     */
    @Test
    protected void refuses_to_delete_a_row_that_is_gone() throws Exception {
        Assumptions.assumeTrue(detectsConflicts());
        Sink<Row> sink = sink(samples().rows(1, 3));
        Change<Row> delete = delete(sink, 2);
        write(sink, delete(sink, 2));
        assertThat(tryToWrite(sink, delete))
                .as("whether a vanished row was deleted")
                .isFalse();
        assertContent(List.of(samples().row(1), samples().row(3)));
    }

    /**
     * An insert of a key that is there already is a conflict or fails, and leaves the row alone.
     *
     * @throws Exception when the target cannot be used
     */
    @Test
    protected void refuses_to_insert_a_key_that_is_there() throws Exception {
        Assumptions.assumeTrue(detectsConflicts());
        Sink<Row> sink = sink(samples().rows(1, 3));
        assertThat(tryToWrite(sink, insert(sink, samples().row(2, 1))))
                .as("whether a key was inserted twice")
                .isFalse();
        assertContent(samples().rows(1, 3));
    }

    /**
     * When changes that are refused are to be skipped, the others of the batch are written all the same.
     *
     * @throws Exception when the target cannot be used
     */
    @Test
    protected void writes_the_others_when_a_change_is_skipped() throws Exception {
        Assumptions.assumeTrue(detectsConflicts());
        Sink<Row> sink = sink(samples().rows(1, 2));
        List<Change<Row>> batch = List.of(
                insert(sink, samples().row(3)),
                insert(sink, samples().row(2, 1)),
                insert(sink, samples().row(4)));
        try (ChangeWriter<Row> writer = open(sink, OnRejection.SKIP_CHANGE)) {
            List<Outcome> outcomes = writer.write(batch);
            assertThat(outcomes).hasSize(3);
            assertThat(outcomes.get(0)).isEqualTo(Outcome.applied());
            assertThat(outcomes.get(1)).isInstanceOfAny(Outcome.Conflict.class, Outcome.Rejected.class);
            assertThat(outcomes.get(2)).isEqualTo(Outcome.applied());
            writer.commit();
        }
        assertContent(samples().rows(1, 4));
    }

    // ---------------------------------------------------------------- whole runs

    /**
     * A run with inserts, updates and deletes makes the target equal to the source, and a second run writes nothing.
     *
     * @throws Exception when the target cannot be used
     */
    @Test
    protected void converges() throws Exception {
        Sink<Row> sink = sink(samples().rows(1, 20));
        List<Row> wanted = new ArrayList<>(samples().rows(6, 15));
        for (int i = 16; i <= 20; i++) {
            wanted.add(samples().row(i, 1));
        }
        wanted.addAll(samples().rows(21, 30));
        SyncReport report = assertConverges(plan(wanted, sink, 7));
        assertContent(wanted);
        assertThat(report.counts().inserted()).isEqualTo(10);
        assertThat(report.counts().updated()).isEqualTo(5);
        assertThat(report.counts().deleted()).isEqualTo(5);
        assertThat(report.counts().unchanged()).isEqualTo(10);
    }

    /**
     * Values that are not in the target's form are stored in it, and are no difference in the next run.
     *
     * @throws Exception when the target cannot be used
     */
    @Test
    protected void finds_no_difference_in_what_it_wrote() throws Exception {
        Sink<Row> sink = sink(samples().rows(1, 3));
        List<Row> wanted = new ArrayList<>();
        for (int i = 1; i <= 60; i++) {
            wanted.add(samples().row(i, i));
        }
        for (String text : texts()) {
            wanted.add(samples().text(wanted.size() + 1, text));
        }
        if (keepsNull()) {
            wanted.add(samples().nulls(wanted.size() + 1));
        }
        assertConverges(plan(wanted, sink, 1_000));
        assertContent(wanted);
    }

    /**
     * An empty target is filled, in several batches, and a target can be emptied again.
     *
     * @throws Exception when the target cannot be used
     */
    @Test
    protected void fills_and_empties_a_target() throws Exception {
        Sink<Row> sink = sink(List.of());
        List<Row> wanted = samples().rows(1, manyRows());
        assertConverges(plan(wanted, sink, 1_000));
        List<Row> filled = canonical(content());
        assertThat(filled).hasSameSizeAs(wanted);
        assertThat(Rows.unequal(canonical(wanted), filled))
                .as("rows that are not in the target, or not as they should be")
                .isEmpty();
        assertConverges(plan(samples().rows(1, 1), sink, 1_000));
        assertContent(samples().rows(1, 1));
    }

    private SyncPlan<Row> plan(List<Row> wanted, Sink<Row> sink, int batchSize) {
        List<String> keys = keyFields();
        Source<Row> source = InMemorySource.of(wanted);
        return SyncPlan.named("contract")
                .from(source)
                .match(Matcher.<Row>on(keys.get(0), keys.subList(1, keys.size()).toArray(String[]::new)))
                .into(sink)
                .deletes(Deletes.missing().unlimited())
                .batchSize(batchSize)
                .build();
    }

    private static SyncReport assertConverges(SyncPlan<Row> plan) {
        SyncReport first = plan.run();
        assertThat(first.outcome()).as("%s", first).isEqualTo(RunOutcome.SUCCEEDED);
        SyncReport second = plan.run();
        assertThat(second.outcome()).as("%s", second).isEqualTo(RunOutcome.SUCCEEDED);
        assertThat(second.counts().written())
                .as("what a second run wrote: %s", second)
                .isZero();
        return first;
    }

    // ---------------------------------------------------------------- how changes are made and checked

    /** Returns the form in which the target stores its fields. */
    private Schema stored(Sink<Row> sink) throws Exception {
        Optional<Schema> known = sink.storedSchema();
        return known.isPresent() ? known.get() : sink.schemaFor(schema(), List.of());
    }

    /** Rows in the form of the target, with the fields of {@link #schema()} and no others. */
    private List<Row> canonical(List<Row> rows) throws Exception {
        Schema declared = stored(lastSink());
        Schema fields = declared.select(schema().names().toArray(String[]::new));
        return Rows.canonical(fields, rows);
    }

    private void assertContent(List<Row> expected) throws Exception {
        assertThat(canonical(content()))
                .as("the content of the target")
                .containsExactlyInAnyOrderElementsOf(canonical(expected));
    }

    private Change<Row> insert(Sink<Row> sink, Row row) throws Exception {
        return insert(stored(sink), row);
    }

    private Change<Row> insert(Schema declared, Row row) {
        Schema fields = declared.select(row.schema().names().toArray(String[]::new));
        Row after = Rows.canonical(fields, row);
        return new Change.Insert<>(key(after), after);
    }

    private Change<Row> update(Sink<Row> sink, int number, Row wanted) throws Exception {
        return update(sink, Reading.of(sink.existing()), number, wanted);
    }

    private Change<Row> update(Sink<Row> sink, Reading<Row> present, int number, Row wanted) throws Exception {
        int place = place(sink, present, number);
        Row before = present.records().get(place);
        Row after = before;
        List<Difference> differences = new ArrayList<>();
        for (Field field : stored(sink).fields()) {
            Object old = before.value(field.name());
            Object raw = wanted.has(field.name()) ? wanted.value(field.name()) : old;
            Object value = raw == null ? null : field.type().convert(raw);
            if (!Objects.deepEquals(old, value)) {
                Difference.Reason reason = old == null
                        ? Difference.Reason.WAS_NULL
                        : value == null ? Difference.Reason.BECAME_NULL : Difference.Reason.OTHER_VALUE;
                differences.add(new Difference(field.name(), old, value, reason));
                after = with(after, field.name(), value);
            }
        }
        return new Change.Update<>(
                key(before), before, after, differences, present.positions().get(place), Change.Update.Cause.DIFFERENT);
    }

    private Change<Row> delete(Sink<Row> sink, int number) throws Exception {
        Reading<Row> present = Reading.of(sink.existing());
        int place = place(sink, present, number);
        Row before = present.records().get(place);
        return new Change.Delete<>(key(before), before, present.positions().get(place));
    }

    private int place(Sink<Row> sink, Reading<Row> present, int number) throws Exception {
        Key wanted = key(Rows.canonical(
                stored(sink).select(keyFields().toArray(String[]::new)),
                samples().row(number)));
        for (int i = 0; i < present.records().size(); i++) {
            if (key(present.records().get(i)).equals(wanted)) {
                return i;
            }
        }
        throw new AssertionError("the target has no row " + wanted);
    }

    private Key key(Row row) {
        List<String> names = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        for (String name : keyFields()) {
            names.add(row.schema().field(name).name());
            values.add(Objects.requireNonNull(row.value(name)));
        }
        return new Key(names, values);
    }

    /** Returns one row with the value that another one has in a field. */
    private static Row merged(Row row, Row other, String field) {
        return with(row, field, other.value(field));
    }

    private static Row with(Row row, String name, @Nullable Object value) {
        Schema schema = row.schema();
        @Nullable Object[] values = new @Nullable Object[schema.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = i == schema.indexOf(name) ? value : row.value(i);
        }
        return schema.row(values);
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // the array is only read
    private void write(Sink<Row> sink, Change<Row>... batch) throws Exception {
        write(sink, List.of(batch));
    }

    private void write(Sink<Row> sink, List<Change<Row>> batch) throws Exception {
        try (ChangeWriter<Row> writer = open(sink, OnRejection.END_RUN)) {
            assertApplied(writer, batch);
            writer.commit();
        }
    }

    private static void assertApplied(ChangeWriter<Row> writer, List<Change<Row>> batch) throws Exception {
        assertThat(writer.write(batch))
                .as("an outcome for each change")
                .hasSameSizeAs(batch)
                .containsOnly(Outcome.applied());
    }

    /** Returns whether the change was written; a conflict, a rejection and a failure mean that it was not. */
    private boolean tryToWrite(Sink<Row> sink, Change<Row> change) throws Exception {
        try (ChangeWriter<Row> writer = open(sink, OnRejection.END_RUN)) {
            List<Outcome> outcomes;
            try {
                outcomes = writer.write(List.of(change));
            } catch (Exception e) {
                return false;
            }
            assertThat(outcomes).hasSize(1);
            if (!outcomes.get(0).equals(Outcome.applied())) {
                return false;
            }
            try {
                writer.commit();
            } catch (Exception e) {
                return false;
            }
            return true;
        }
    }

    private ChangeWriter<Row> open(Sink<Row> sink, OnRejection onRejection) throws Exception {
        return sink.open(context(stored(sink), onRejection));
    }

    private WriteContext context(Schema declared, OnRejection onRejection) {
        return new WriteContext() {
            @Override
            public String plan() {
                return "testkit";
            }

            @Override
            public Schema schema() {
                return declared;
            }

            @Override
            public List<String> keyFields() {
                return SinkContract.this.keyFields().stream()
                        .map(name -> declared.field(name).name())
                        .toList();
            }

            @Override
            public ChangeCounts expected() {
                return new ChangeCounts(manyRows(), manyRows(), manyRows());
            }

            @Override
            public OnRejection onRejection() {
                return onRejection;
            }

            @Override
            public boolean isCancelled() {
                return false;
            }

            @Override
            public void onCancel(dev.datasync.source.ReadContext.Cancellation action) {
                // nobody cancels
            }
        };
    }
}
