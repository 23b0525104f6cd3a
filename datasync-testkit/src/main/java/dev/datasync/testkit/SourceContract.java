package dev.datasync.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.source.Completion;
import dev.datasync.source.Receiver;
import dev.datasync.source.Source;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Source} promises, as tests. The author of a connector extends this class, says how to make a source
 * that delivers some rows, and describes by the other methods what the connector can and cannot do.
 *
 * <pre>{@code
 * final class CsvFileContractTest extends SourceContract {
 *
 *     @Override
 *     protected Schema schema() {
 *         return Schema.ofText("id", "name", "note");
 *     }
 *
 *     @Override
 *     protected Source<Row> sourceOf(Schema schema, List<Row> rows) throws IOException {
 *         return CsvFile.at(write(schema, rows));
 *     }
 * }
 * }</pre>
 *
 * <p>A row delivered is right when each of its values, converted by its field's type in {@link #schema()}, is the value
 * that was asked for.
 */
public abstract class SourceContract {

    /** Makes a contract. */
    protected SourceContract() {}

    // ---------------------------------------------------------------- what the author says

    /**
     * Returns a source that delivers some rows, in any order. Called anew by each test, maybe several times; what it
     * makes is left behind for the author to remove.
     *
     * @param schema the fields of the rows: those of {@link #schema()}
     * @param rows the rows, none or many; the values are in the form of the schema
     * @return the source
     * @throws Exception when that fails, which fails the test
     */
    protected abstract Source<Row> sourceOf(Schema schema, List<Row> rows) throws Exception;

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
     * Returns the fields whose values are different in every row.
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
     * @return the number; by default 10,000
     */
    protected int manyRows() {
        return 10_000;
    }

    /**
     * Tells whether the source can tell {@code null} from an empty text.
     *
     * @return whether it can; by default {@code true}
     */
    protected boolean keepsNull() {
        return true;
    }

    /**
     * Tells whether the source can prove that it has delivered everything.
     *
     * @return whether its readings are complete; by default {@code true}
     */
    protected boolean provesItsEnd() {
        return true;
    }

    /**
     * Returns how many files, connections, threads and the like the sources of this test hold open now. Checked after
     * every test, and after a reading that was broken off.
     *
     * @return the number, or empty when that cannot be counted, which is the default
     */
    protected OptionalInt openResources() {
        return OptionalInt.empty();
    }

    private Samples samples() {
        return new Samples(schema(), keyFields(), texts());
    }

    // ---------------------------------------------------------------- the promises

    /** Everything that was opened is closed. */
    @AfterEach
    protected final void leaves_nothing_open() {
        assertNothingIsOpen();
    }

    /**
     * Every record comes exactly once.
     *
     * @throws Exception when the source cannot be read
     */
    @Test
    protected void delivers_every_record_exactly_once() throws Exception {
        List<Row> rows = samples().rows(1, 20);
        Reading<Row> reading = Reading.of(sourceOf(schema(), rows));
        assertThat(canonical(reading.records())).containsExactlyInAnyOrderElementsOf(canonical(rows));
        assertThat(reading.rejections()).isEmpty();
        assertCompletion(reading.completion());
    }

    /**
     * Texts come as they are, whatever letters they are made of.
     *
     * @throws Exception when the source cannot be read
     */
    @Test
    protected void delivers_texts_as_they_are() throws Exception {
        List<Row> rows = new ArrayList<>();
        for (String text : texts()) {
            rows.add(samples().text(rows.size() + 1, text));
        }
        assertThat(canonical(Reading.of(sourceOf(schema(), rows)).records()))
                .containsExactlyInAnyOrderElementsOf(canonical(rows));
    }

    /**
     * A value that is not there comes as {@code null}.
     *
     * @throws Exception when the source cannot be read
     */
    @Test
    protected void delivers_null_values() throws Exception {
        Assumptions.assumeTrue(keepsNull(), "the source cannot tell null from an empty text");
        List<Row> rows = List.of(samples().row(1), samples().nulls(2), samples().row(3));
        assertThat(canonical(Reading.of(sourceOf(schema(), rows)).records()))
                .containsExactlyInAnyOrderElementsOf(canonical(rows));
    }

    /**
     * A second reading of the same source delivers the same.
     *
     * @throws Exception when the source cannot be read
     */
    @Test
    protected void delivers_the_same_when_read_again() throws Exception {
        Source<Row> source = sourceOf(schema(), samples().rows(1, 20));
        assertThat(canonical(Reading.of(source).records()))
                .containsExactlyInAnyOrderElementsOf(
                        canonical(Reading.of(source).records()));
    }

    /**
     * Two threads can read the same source at once.
     *
     * @throws Exception when the source cannot be read
     */
    @Test
    protected void can_be_read_by_two_threads_at_once() throws Exception {
        List<Row> rows = samples().rows(1, 200);
        Source<Row> source = sourceOf(schema(), rows);
        CyclicBarrier together = new CyclicBarrier(2);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<Reading<Row>>> readings = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                readings.add(threads.submit(() -> {
                    together.await();
                    return Reading.of(source);
                }));
            }
            for (Future<Reading<Row>> reading : readings) {
                assertThat(canonical(reading.get().records())).containsExactlyInAnyOrderElementsOf(canonical(rows));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /**
     * An empty source is complete and delivers nothing.
     *
     * @throws Exception when the source cannot be read
     */
    @Test
    protected void completes_when_there_is_nothing() throws Exception {
        Reading<Row> reading = Reading.of(sourceOf(schema(), List.of()));
        assertThat(reading.records()).isEmpty();
        assertThat(reading.rejections()).isEmpty();
        assertCompletion(reading.completion());
    }

    /**
     * Nothing is lost or repeated when there are many records.
     *
     * @throws Exception when the source cannot be read
     */
    @Test
    protected void delivers_many_records() throws Exception {
        List<Row> rows = samples().rows(1, manyRows());
        Reading<Row> reading = Reading.of(sourceOf(schema(), rows));
        assertThat(reading.records()).hasSameSizeAs(rows);
        assertThat(Rows.unequal(canonical(rows), canonical(reading.records())))
                .as("rows that were not delivered, or not as they are")
                .isEmpty();
        assertThat(reading.positions()).isSorted();
    }

    /**
     * What the source tells of its fields before it is read is what its records have.
     *
     * @throws Exception when the source cannot be read
     */
    @Test
    protected void announces_the_fields_that_its_records_have() throws Exception {
        Source<Row> source = sourceOf(schema(), samples().rows(1, 5));
        Optional<Schema> announced = source.schema();
        for (Row row : Reading.of(source).records()) {
            announced.ifPresent(fields -> assertThat(row.schema().names()).isEqualTo(fields.names()));
            assertThat(row.schema().names())
                    .as("every field has a value")
                    .allSatisfy(name -> assertThatCode(() -> row.value(name)).doesNotThrowAnyException());
            for (int i = 0; i < row.schema().size(); i++) {
                Field field = row.schema().field(i);
                Object value = row.value(i);
                if (value != null) {
                    assertThat(value)
                            .as("the class of field %s", field)
                            .isInstanceOf(field.type().javaType());
                }
            }
        }
    }

    /**
     * Positions do not go back, and each can be described.
     *
     * @throws Exception when the source cannot be read
     */
    @Test
    protected void gives_positions_that_ascend_and_can_be_described() throws Exception {
        Source<Row> source = sourceOf(schema(), samples().rows(1, 20));
        Reading<Row> reading = Reading.of(source);
        assertThat(reading.positions()).isSorted().allMatch(position -> position >= 0);
        for (long position : reading.positions()) {
            assertThat(source.locate(position)).isNotBlank();
        }
        for (long position : new long[] {0, 1, 1_000_000, Long.MAX_VALUE}) {
            assertThat(source.locate(position))
                    .as("the description of a position that is not there")
                    .isNotBlank();
        }
    }

    /**
     * Name and size can be asked for at any time.
     *
     * @throws Exception when the source cannot be made
     */
    @Test
    protected void has_a_name_and_maybe_a_size() throws Exception {
        Source<Row> source = sourceOf(schema(), samples().rows(1, 3));
        assertThat(source.name()).isNotBlank();
        source.estimatedSize()
                .ifPresent(size -> assertThat(size).as("the estimated size").isNotNegative());
    }

    /**
     * The receiver is called by the thread that reads, and never after the reading has ended.
     *
     * @throws Exception when the source cannot be read
     */
    @Test
    protected void calls_the_receiver_on_the_thread_that_reads() throws Exception {
        Source<Row> source = sourceOf(schema(), samples().rows(1, 20));
        Thread reading = Thread.currentThread();
        source.read(
                new Interrupting(count -> assertThat(Thread.currentThread()).isSameAs(reading)),
                Reading.context(List.of()));
    }

    /**
     * What the receiver throws ends the reading, comes out as it is, and leaves nothing open.
     *
     * @throws Exception when the source cannot be made
     */
    @Test
    protected void lets_an_exception_of_the_receiver_pass() throws Exception {
        for (int last : new int[] {1, 3, 20}) {
            assertPasses(new IllegalStateException("thrown by the receiver"), last);
        }
    }

    /**
     * A cancellation ends the reading, comes out as it is, and leaves nothing open.
     *
     * @throws Exception when the source cannot be made
     */
    @Test
    protected void lets_a_cancellation_pass() throws Exception {
        for (int last : new int[] {1, 3, 20}) {
            assertPasses(new CancellationException("thrown by the receiver"), last);
        }
    }

    private void assertPasses(RuntimeException thrown, int last) throws Exception {
        Source<Row> source = sourceOf(schema(), samples().rows(1, 20));
        Interrupting receiver = new Interrupting(count -> {
            if (count == last) {
                throw thrown;
            }
        });
        assertThat(catchThrowable(() -> source.read(receiver, Reading.context(List.of()))))
                .isSameAs(thrown);
        assertThat(receiver.count)
                .as("records delivered until the receiver threw")
                .isEqualTo(last);
        assertNothingIsOpen();
        assertThat(Reading.of(source).records()).as("read again after that").hasSize(20);
    }

    /**
     * A source that says it can deliver an order delivers it, and the same records as without.
     *
     * @throws Exception when the source cannot be read
     */
    @Test
    protected void keeps_the_order_that_it_promises() throws Exception {
        List<Row> rows = new ArrayList<>(samples().rows(1, 300));
        Collections.shuffle(rows, new java.util.Random(42));
        Source<Row> source = sourceOf(schema(), rows);
        List<List<String>> orders = new ArrayList<>();
        orders.add(keyFields());
        for (String name : schema().names()) {
            orders.add(List.of(name));
            orders.add(List.of(name, keyFields().get(0)));
        }
        for (List<String> order : orders) {
            boolean isPossible = order.stream().distinct().count() == order.size()
                    && order.stream()
                            .noneMatch(name -> isNested(schema().field(name).type()))
                    && source.canOrderBy(order);
            if (isPossible) {
                List<Row> read = canonical(Reading.inOrder(source, order).records());
                assertThat(read).as("ordered by %s", order).isSortedAccordingTo(new FieldOrder(order));
                assertThat(read).hasSameSizeAs(rows);
                assertThat(Rows.unequal(canonical(rows), read)).isEmpty();
            }
        }
    }

    // ---------------------------------------------------------------- how it is checked

    private static boolean isNested(FieldType type) {
        return type instanceof FieldType.Sequence || type instanceof FieldType.Nested;
    }

    private void assertCompletion(Completion completion) {
        assertThat(completion).as("what read(...) returned").isNotNull();
        if (provesItsEnd()) {
            assertThat(completion).isInstanceOf(Completion.Complete.class);
        }
    }

    private void assertNothingIsOpen() {
        openResources()
                .ifPresent(open -> assertThat(open).as("resources left open").isZero());
    }

    private List<Row> canonical(List<Row> rows) {
        return Rows.canonical(schema(), rows);
    }

    /** Counts records and does something at each. */
    private static final class Interrupting implements Receiver<Row> {

        private interface Action {

            void at(int count);
        }

        private final Action action;
        private int count;

        Interrupting(Action action) {
            this.action = action;
        }

        @Override
        public void accept(Row item) {
            count++;
            action.at(count);
        }

        @Override
        public void accept(Row item, long position) {
            accept(item);
        }

        @Override
        public void reject(long position, String reason) {
            throw new AssertionError("a record was rejected: " + reason);
        }
    }
}
