package dev.datasync.testkit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.datasync.change.Change;
import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.RecordType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.Outcome;
import dev.datasync.sink.Sink;
import dev.datasync.sink.WriteContext;
import dev.datasync.source.Completion;
import dev.datasync.source.ReadContext;
import dev.datasync.source.Receiver;
import dev.datasync.source.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A connector that breaks a promise does not get through the contract. */
@SuppressWarnings("try") // a writer's close() may throw anything
class ContractsTest {

    // ---------------------------------------------------------------- sources

    private interface Behaviour {

        Completion read(List<Row> rows, Receiver<? super Row> receiver, ReadContext context) throws Exception;
    }

    private interface Check<T> {

        void run(T contract) throws Exception;
    }

    private static class OfSource extends SourceContract {

        private final Behaviour reading;
        final AtomicInteger open = new AtomicInteger();

        OfSource(Behaviour reading) {
            this.reading = reading;
        }

        @Override
        protected Source<Row> sourceOf(Schema schema, List<Row> rows) {
            return new Source<>() {
                @Override
                public Completion read(Receiver<? super Row> receiver, ReadContext context) throws Exception {
                    return reading.read(rows, receiver, context);
                }

                @Override
                public boolean canOrderBy(List<String> fields) {
                    return true;
                }

                @Override
                public String locate(long position) {
                    return locating(position);
                }
            };
        }

        String locating(long position) {
            return "row " + position;
        }

        @Override
        protected OptionalInt openResources() {
            return OptionalInt.of(open.get());
        }
    }

    private static Completion deliver(List<Row> rows, Receiver<? super Row> receiver, ReadContext context) {
        List<Row> sorted = new ArrayList<>(rows);
        if (!context.order().isEmpty()) {
            sorted.sort(new FieldOrder(context.order()));
        }
        sorted.forEach(receiver::accept);
        return Completion.complete();
    }

    private static void assertCaught(Behaviour reading, Check<SourceContract> check) {
        assertThatCode(() -> check.run(new OfSource(ContractsTest::deliver))).doesNotThrowAnyException();
        assertThatThrownBy(() -> check.run(new OfSource(reading))).isInstanceOf(AssertionError.class);
    }

    @Test
    void finds_a_source_that_loses_a_record() {
        Behaviour losing =
                (rows, receiver, context) -> deliver(rows.subList(0, Math.max(0, rows.size() - 1)), receiver, context);
        assertCaught(losing, SourceContract::delivers_every_record_exactly_once);
        assertCaught(losing, SourceContract::delivers_many_records);
    }

    @Test
    void finds_a_source_that_repeats_a_record() {
        Behaviour repeating = (rows, receiver, context) -> {
            if (!rows.isEmpty()) {
                receiver.accept(rows.get(0));
            }
            return deliver(rows, receiver, context);
        };
        assertCaught(repeating, SourceContract::delivers_every_record_exactly_once);
        assertCaught(repeating, SourceContract::delivers_many_records);
    }

    @Test
    void finds_a_source_that_says_nothing_of_its_end() {
        Behaviour silent = (rows, receiver, context) -> {
            deliver(rows, receiver, context);
            return null;
        };
        assertCaught(silent, SourceContract::completes_when_there_is_nothing);
        assertCaught(
                (rows, receiver, context) -> Completion.incomplete("never sure"),
                SourceContract::completes_when_there_is_nothing);
    }

    @Test
    void finds_a_source_that_makes_empty_texts_of_null() {
        Behaviour filling = (rows, receiver, context) -> deliver(
                rows.stream()
                        .map(row -> row.isNull("name") ? row.with("name", "") : row)
                        .toList(),
                receiver,
                context);
        assertCaught(filling, SourceContract::delivers_null_values);
    }

    @Test
    void finds_a_source_that_changes_texts() {
        Behaviour ascii = (rows, receiver, context) -> deliver(
                rows.stream()
                        .map(row -> row.with("name", row.text("name").replaceAll("[^ -~]", "?")))
                        .toList(),
                receiver,
                context);
        assertCaught(ascii, SourceContract::delivers_texts_as_they_are);
    }

    @Test
    void finds_a_source_that_keeps_an_exception_of_the_receiver() {
        Behaviour swallowing = (rows, receiver, context) -> {
            try {
                return deliver(rows, receiver, context);
            } catch (RuntimeException e) {
                return Completion.complete();
            }
        };
        assertCaught(swallowing, SourceContract::lets_a_cancellation_pass);
        assertCaught(swallowing, SourceContract::lets_an_exception_of_the_receiver_pass);
        Behaviour wrapping = (rows, receiver, context) -> {
            try {
                return deliver(rows, receiver, context);
            } catch (RuntimeException e) {
                throw new IllegalStateException(e);
            }
        };
        assertCaught(wrapping, SourceContract::lets_a_cancellation_pass);
    }

    @Test
    void finds_a_source_that_leaves_something_open() {
        OfSource[] contract = new OfSource[1];
        contract[0] = new OfSource((rows, receiver, context) -> {
            contract[0].open.incrementAndGet();
            Completion end = deliver(rows, receiver, context);
            contract[0].open.decrementAndGet();
            return end;
        });
        assertThatThrownBy(contract[0]::lets_a_cancellation_pass)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("left open");
    }

    @Test
    void finds_a_source_that_breaks_its_promise_of_an_order() {
        assertCaught(
                (rows, receiver, context) -> {
                    rows.forEach(receiver::accept);
                    return Completion.complete();
                },
                SourceContract::keeps_the_order_that_it_promises);
    }

    @Test
    void finds_a_source_whose_positions_go_back() {
        assertCaught(
                (rows, receiver, context) -> {
                    long position = rows.size();
                    for (Row row : rows) {
                        receiver.accept(row, position--);
                    }
                    return Completion.complete();
                },
                SourceContract::gives_positions_that_ascend_and_can_be_described);
        OfSource failing = new OfSource(ContractsTest::deliver) {
            @Override
            String locating(long position) {
                return List.of("first", "second").get((int) position);
            }
        };
        assertThatThrownBy(failing::gives_positions_that_ascend_and_can_be_described)
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void finds_a_source_that_delivers_on_another_thread() {
        assertCaught(
                (rows, receiver, context) -> {
                    Throwable[] thrown = new Throwable[1];
                    Thread thread = new Thread(() -> deliver(rows, receiver, context));
                    thread.setUncaughtExceptionHandler((dead, cause) -> thrown[0] = cause);
                    thread.start();
                    thread.join();
                    if (thrown[0] instanceof Error error) {
                        throw error;
                    }
                    return Completion.complete();
                },
                SourceContract::calls_the_receiver_on_the_thread_that_reads);
    }

    // ---------------------------------------------------------------- sinks

    private static final class OfSink extends SinkContract {

        private final UnaryOperator<InMemorySink> kind;
        private final UnaryOperator<Sink<Row>> breaking;
        private InMemorySink sink = Products.target();

        OfSink(UnaryOperator<InMemorySink> kind, UnaryOperator<Sink<Row>> breaking) {
            this.kind = kind;
            this.breaking = breaking;
        }

        @Override
        protected Sink<Row> sink(Schema schema, List<String> keyFields, List<Row> content) {
            sink = kind.apply(
                    InMemorySink.of(schema, keyFields.toArray(String[]::new)).holding(content));
            return breaking.apply(sink);
        }

        @Override
        protected List<Row> content() {
            return sink.content();
        }
    }

    private static void assertCaught(UnaryOperator<Sink<Row>> breaking, Check<SinkContract> check) {
        assertThatCode(() -> check.run(new OfSink(sink -> sink, sink -> sink))).doesNotThrowAnyException();
        assertThatThrownBy(() -> check.run(new OfSink(sink -> sink, breaking)))
                .isInstanceOfAny(AssertionError.class, RuntimeException.class);
    }

    /** A sink that does what another does. */
    private static class Passing implements Sink<Row> {

        final Sink<Row> sink;

        Passing(Sink<Row> sink) {
            this.sink = sink;
        }

        @Override
        public RecordType<Row> recordType() {
            return sink.recordType();
        }

        @Override
        public Optional<Schema> storedSchema() throws Exception {
            return sink.storedSchema();
        }

        @Override
        public Source<Row> existing() {
            return sink.existing();
        }

        @Override
        public ChangeWriter<Row> open(WriteContext context) throws Exception {
            return sink.open(context);
        }
    }

    private interface Writing {

        List<Outcome> write(ChangeWriter<Row> writer, List<Change<Row>> batch) throws Exception;
    }

    private static UnaryOperator<Sink<Row>> writing(Writing writing) {
        return sink -> new Passing(sink) {
            @Override
            public ChangeWriter<Row> open(WriteContext context) throws Exception {
                ChangeWriter<Row> writer = sink.open(context);
                return new PassingWriter(writer) {
                    @Override
                    public List<Outcome> write(List<Change<Row>> batch) throws Exception {
                        return writing.write(writer, batch);
                    }
                };
            }
        };
    }

    @SuppressWarnings("try") // as in ChangeWriter
    private static class PassingWriter implements ChangeWriter<Row> {

        private final ChangeWriter<Row> writer;

        PassingWriter(ChangeWriter<Row> writer) {
            this.writer = writer;
        }

        @Override
        public List<Outcome> write(List<Change<Row>> batch) throws Exception {
            return writer.write(batch);
        }

        @Override
        public void commit() throws Exception {
            writer.commit();
        }

        @Override
        public void close() throws Exception {
            writer.close();
        }
    }

    @Test
    void finds_a_sink_that_ignores_deletes() {
        UnaryOperator<Sink<Row>> ignoring = writing((writer, batch) -> batch.stream()
                .map(change -> {
                    if (change.kind() == Change.Kind.DELETE) {
                        return Outcome.applied();
                    }
                    try {
                        return writer.write(List.of(change)).get(0);
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                })
                .toList());
        assertCaught(ignoring, SinkContract::deletes);
        assertCaught(ignoring, SinkContract::converges);
        assertCaught(ignoring, SinkContract::refuses_to_delete_a_row_that_is_gone);
    }

    @Test
    void finds_a_sink_that_returns_too_few_outcomes() {
        UnaryOperator<Sink<Row>> careless =
                writing((writer, batch) -> writer.write(batch).subList(0, 1));
        assertCaught(careless, SinkContract::inserts);
        assertCaught(careless, SinkContract::converges);
    }

    @Test
    void finds_a_sink_that_commits_as_it_writes() {
        UnaryOperator<Sink<Row>> committing = writing((writer, batch) -> {
            List<Outcome> outcomes = writer.write(batch);
            writer.commit();
            return outcomes;
        });
        assertCaught(committing, SinkContract::leaves_everything_as_it_was_without_a_commit);
        OfSink withoutTransaction = new OfSink(InMemorySink::withoutTransaction, sink -> sink);
        assertThatThrownBy(withoutTransaction::leaves_everything_as_it_was_without_a_commit)
                .isInstanceOf(AssertionError.class);
        assertThatThrownBy(withoutTransaction::shows_old_or_new_rows_and_never_a_mixture)
                .isInstanceOf(AssertionError.class);
        OfSink atOnce = new OfSink(InMemorySink::applyingAtOnce, sink -> sink);
        assertThatThrownBy(atOnce::tells_whether_closing_takes_back_what_was_written)
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void finds_a_sink_that_says_yes_to_conflicts() {
        UnaryOperator<Sink<Row>> agreeing = writing((writer, batch) ->
                writer.write(batch).stream().map(outcome -> Outcome.applied()).toList());
        assertCaught(agreeing, SinkContract::refuses_to_update_a_row_that_is_gone);
        assertCaught(agreeing, SinkContract::refuses_to_delete_a_row_that_is_gone);
        assertCaught(agreeing, SinkContract::refuses_to_insert_a_key_that_is_there);
        assertCaught(agreeing, SinkContract::writes_the_others_when_a_change_is_skipped);
    }

    @Test
    void finds_a_sink_that_declares_another_form_than_it_stores() {
        UnaryOperator<Sink<Row>> finer = sink -> new Passing(sink) {
            @Override
            public Optional<Schema> storedSchema() throws Exception {
                return sink.storedSchema().map(fields -> fields.with(Field.of("price", FieldType.decimal(12, 4))));
            }
        };
        assertCaught(finer, SinkContract::delivers_its_content_in_the_form_that_it_declares);
        assertCaught(finer, SinkContract::finds_no_difference_in_what_it_wrote);
    }

    @Test
    void finds_a_sink_that_reads_a_part_of_its_content() {
        UnaryOperator<Sink<Row>> partial = sink -> new Passing(sink) {
            @Override
            public Source<Row> existing() {
                return (receiver, context) -> {
                    Reading<Row> all = Reading.of(sink.existing());
                    for (int i = 1; i < all.records().size(); i++) {
                        receiver.accept(all.records().get(i), all.positions().get(i));
                    }
                    return Completion.complete();
                };
            }
        };
        assertCaught(partial, SinkContract::delivers_its_content_in_the_form_that_it_declares);
    }
}
