package dev.datasync.benchmarks.parts;

import dev.datasync.files.CsvFile;
import dev.datasync.row.Row;
import dev.datasync.source.Completion;
import dev.datasync.source.ReadContext;
import dev.datasync.source.Receiver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/** A CSV file of 10,000 rows and 6 columns, which the system holds in memory, into rows. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class CsvReading {

    private static final int ROWS = 10_000;

    private Path file = Path.of("");

    @Setup
    public void write() throws IOException {
        StringBuilder text = new StringBuilder("id,name,price,active,changed,note\n");
        for (int i = 0; i < ROWS; i++) {
            text.append(i)
                    .append(",\"name, \"\"quoted\"\" ")
                    .append(i)
                    .append("\",")
                    .append(i / 100)
                    .append(".50,true,2025-06-01T12:00:00Z,Übergröße ")
                    .append(i % 100)
                    .append('\n');
        }
        file = Files.createTempFile("datasync-benchmark", ".csv");
        Files.writeString(file, text);
    }

    @TearDown
    public void delete() throws IOException {
        Files.delete(file);
    }

    @Benchmark
    public Completion read(Blackhole blackhole) throws Exception {
        Rows rows = new Rows(blackhole);
        return CsvFile.at(file).read(rows, rows);
    }

    private static final class Rows implements Receiver<Row>, ReadContext {

        private final Blackhole blackhole;

        private Rows(Blackhole blackhole) {
            this.blackhole = blackhole;
        }

        @Override
        public void accept(Row row) {
            blackhole.consume(row);
        }

        @Override
        public void accept(Row row, long position) {
            blackhole.consume(row);
        }

        @Override
        public void reject(long position, String reason) {
            throw new IllegalStateException("record " + position + ": " + reason);
        }

        @Override
        public String plan() {
            return "benchmark";
        }

        @Override
        public List<String> order() {
            return List.of();
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void onCancel(Cancellation action) {}
    }
}
