package dev.datasync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.change.Change;
import dev.datasync.match.Matcher;
import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.RecordType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.run.SyncReport;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.Outcome;
import dev.datasync.sink.Sink;
import dev.datasync.sink.WriteContext;
import dev.datasync.source.Completion;
import dev.datasync.source.ReadContext;
import dev.datasync.source.Receiver;
import dev.datasync.source.Source;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two million records on each side, in an order that only a spill can handle, in a process with a heap of 96 MiB. */
final class BoundedMemoryTest {

    private static final int RECORDS = 2_000_000;

    /** Every so manyth record is missing in the target, or different in it. */
    private static final int MISSING = 101;

    private static final int DIFFERENT = 97;

    private static final int GIANTS = 100;
    private static final int GIANT = 2_000_000;

    @ParameterizedTest
    @CsvSource({"0, 2000000, 0, 0", "2000000, 19802, 20414, 1959784"})
    void a_heap_of_96_mebibytes_is_enough(int target, long inserted, long updated, long unchanged)
            throws IOException, InterruptedException {
        run(Integer.toString(target), "inserted " + inserted + " updated " + updated + " unchanged " + unchanged);
    }

    @Test
    void changes_of_which_each_is_a_giant_are_held_one_at_a_time() throws IOException, InterruptedException {
        run(Child.GIANTS, "inserted " + GIANTS + " updated 0 unchanged 0");
    }

    private static void run(String what, String expected) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(
                        java, "-Xmx96m", "-cp", System.getProperty("java.class.path"), Child.class.getName(), what)
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains(expected);
    }

    /** The process with the small heap. */
    static final class Child {

        static final String GIANTS = "giants";

        private Child() {}

        public static void main(String[] arguments) {
            boolean areGiants = arguments[0].equals(GIANTS);
            int target = areGiants ? 0 : Integer.parseInt(arguments[0]);
            Source<Row> source = areGiants ? Child::giants : new Generated(RECORDS, false);
            SyncReport report = SyncPlan.named("large")
                    .from(source)
                    .match(Matcher.on("id"))
                    .into(new Counting(target))
                    .build()
                    .run();
            System.out.printf(
                    "inserted %d updated %d unchanged %d%n",
                    report.counts().inserted(),
                    report.counts().updated(),
                    report.counts().unchanged());
        }

        private static Completion giants(Receiver<? super Row> receiver, ReadContext context) {
            String note = "x".repeat(GIANT);
            for (int i = 0; i < BoundedMemoryTest.GIANTS; i++) {
                receiver.accept(Generated.TEXT.row(Integer.toString(i), "giant", "0.5", note));
            }
            return Completion.complete();
        }
    }

    /** Generates records, the keys scattered by a multiplication that visits each of them once. */
    private record Generated(int records, boolean isTarget) implements Source<Row> {

        private static final Schema TEXT = Schema.ofText("id", "name", "price", "note");
        private static final long SCATTER = 2_654_435_761L;

        @Override
        public Completion read(Receiver<? super Row> receiver, ReadContext context) {
            for (int i = 0; i < records; i++) {
                long id = i * SCATTER % records;
                if (isTarget && id % MISSING == 0) {
                    continue;
                }
                long note = isTarget && id % DIFFERENT == 0 ? -id - 1 : id;
                receiver.accept(TEXT.row(
                        Long.toString(id), "name of " + id, id % 1_000 + ".5", "a note somewhat longer, for " + note));
            }
            return Completion.complete();
        }
    }

    /** A target that holds nothing in memory: what is there is generated, what is written is counted. */
    private static final class Counting implements Sink<Row> {

        private static final Schema STORED = Schema.of(
                Field.of("id", FieldType.integer()),
                Field.of("name", FieldType.text(40)),
                Field.of("price", FieldType.decimal(9, 2)),
                Field.of("note", FieldType.text()));

        private final int records;

        Counting(int records) {
            this.records = records;
        }

        @Override
        public RecordType<Row> recordType() {
            return RecordType.rows();
        }

        @Override
        public Optional<Schema> storedSchema() {
            return Optional.of(STORED);
        }

        @Override
        public Source<Row> existing() {
            return new Generated(records, true);
        }

        @Override
        public ChangeWriter<Row> open(WriteContext context) {
            return new ChangeWriter<>() {
                @Override
                public List<Outcome> write(List<Change<Row>> batch) {
                    return new ArrayList<>(Collections.nCopies(batch.size(), Outcome.applied()));
                }

                @Override
                public void commit() {}

                @Override
                public void close() {}
            };
        }
    }
}
