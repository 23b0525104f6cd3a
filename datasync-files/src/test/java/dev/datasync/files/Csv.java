package dev.datasync.files;

import dev.datasync.change.Change;
import dev.datasync.change.ChangeCounts;
import dev.datasync.match.Difference;
import dev.datasync.match.Key;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.Outcome;
import dev.datasync.sink.WriteContext;
import dev.datasync.source.Completion;
import dev.datasync.source.ReadContext;
import dev.datasync.source.ReadException;
import dev.datasync.source.Receiver;
import dev.datasync.source.Source;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.Assertions;

/** What the tests of this package do with files: what the engine does, without comparing. */
final class Csv {

    private Csv() {}

    /** A row and where it was found. */
    record Found(long position, List<String> values) {}

    static Path write(Path folder, String name, String content) {
        return write(folder, name, content.getBytes(StandardCharsets.UTF_8));
    }

    static Path write(Path folder, String name, byte[] content) {
        try {
            return Files.write(folder.resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String content(Path file) throws IOException {
        return Files.readString(file);
    }

    static List<Found> found(Source<Row> source) throws Exception {
        return found(source, row -> {});
    }

    static List<Found> found(Source<Row> source, Consumer<Row> onEach) throws Exception {
        List<Found> found = new ArrayList<>();
        Completion completion = source.read(
                new Receiver<Row>() {
                    @Override
                    public void accept(Row row) {
                        throw new AssertionError("a row without its line");
                    }

                    @Override
                    public void accept(Row row, long position) {
                        found.add(new Found(position, values(row)));
                        onEach.accept(row);
                    }

                    @Override
                    public void reject(long position, String reason) {
                        throw new AssertionError(reason);
                    }
                },
                new Reading());
        Assertions.assertThat(completion).isEqualTo(Completion.complete());
        return found;
    }

    static List<List<String>> rows(Source<Row> source) throws Exception {
        return found(source).stream().map(Found::values).toList();
    }

    static List<String> values(Row row) {
        String[] values = new String[row.schema().size()];
        for (int i = 0; i < values.length; i++) {
            Object value = row.value(i);
            values[i] = value == null ? null : String.valueOf(value);
        }
        return Arrays.asList(values);
    }

    static ReadException failure(Path file) {
        return failure(CsvFile.at(file));
    }

    static ReadException failure(Source<Row> source) {
        return Assertions.catchThrowableOfType(ReadException.class, () -> found(source));
    }

    /** Changes a file as a run would: reads it, writes the changes, commits. */
    static List<Outcome> change(CsvFile file, Change<?>... changes) throws Exception {
        found(file.existing());
        return write(file, file.storedSchema().orElseThrow(), changes);
    }

    /** Creates a file as a run would. */
    static List<Outcome> create(CsvFile file, Schema incoming, Change<?>... changes) throws Exception {
        Assertions.assertThat(found(file.existing())).isEmpty();
        Assertions.assertThat(file.storedSchema()).isEmpty();
        return write(file, file.schemaFor(incoming, List.of()), changes);
    }

    @SuppressWarnings("try") // close() may throw an interrupt, which fails the test
    static List<Outcome> write(CsvFile file, Schema schema, Change<?>... changes) throws Exception {
        try (ChangeWriter<Row> writer = file.open(new Writing(schema))) {
            List<Outcome> outcomes = new ArrayList<>();
            for (Change<Row> change : ordered(changes)) {
                outcomes.addAll(writer.write(List.of(change)));
            }
            writer.commit();
            return outcomes;
        }
    }

    @SuppressWarnings("unchecked") // changes of rows, all of them
    private static List<Change<Row>> ordered(Change<?>... changes) {
        return Stream.of(changes).map(change -> (Change<Row>) change).toList();
    }

    static Change.Insert<Row> insert(Object... namesAndValues) {
        Row row = Row.of(namesAndValues);
        return new Change.Insert<>(key(row), row);
    }

    static Change.Delete<Row> delete(CsvFile file, long position) throws Exception {
        Row row = at(file, position);
        return new Change.Delete<>(key(row), row, position);
    }

    static Change.Update<Row> update(CsvFile file, long position, String field, String value) throws Exception {
        Row before = at(file, position);
        return update(before, position, field, value);
    }

    static Change.Update<Row> update(Row before, long position, String field, String value) {
        Row after = before.with(field, value);
        Difference difference = new Difference(field, before.value(field), value, Difference.Reason.OTHER_VALUE);
        return new Change.Update<>(
                key(before), before, after, List.of(difference), position, Change.Update.Cause.DIFFERENT);
    }

    private static Row at(CsvFile file, long position) throws Exception {
        List<Row> rows = new ArrayList<>();
        List<Found> found = found(file, rows::add);
        for (int i = 0; i < rows.size(); i++) {
            if (found.get(i).position() == position) {
                return rows.get(i);
            }
        }
        throw new AssertionError("no row at line " + position);
    }

    private static Key key(Row row) {
        String first = row.schema().field(0).name();
        return Key.of(first, Objects.requireNonNullElse(row.value(0), ""));
    }

    static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** Writes a file without the code under test, in the dialect of another. */
    static Path written(Path folder, String name, CsvFile kind, Schema schema, List<Row> rows) {
        CsvOptions options = kind.options();
        CsvDialect dialect = options.dialect();
        String quote = String.valueOf(dialect.quote());
        StringBuilder text = new StringBuilder("title \" line\n".repeat(options.skippedLines()));
        if (dialect.comment() != CsvDialect.NONE) {
            text.append(dialect.comment()).append(" a \" comment\n");
        }
        if (options.hasHeader()) {
            text.append(String.join(String.valueOf(dialect.delimiter()), schema.names()))
                    .append('\n');
        }
        for (Row row : rows) {
            for (int i = 0; i < schema.size(); i++) {
                text.append(i == 0 ? "" : String.valueOf(dialect.delimiter()));
                TextFormat format = options.types().get(schema.field(i).name());
                Object value = row.value(i);
                if (value == null) {
                    text.append(options.nullToken());
                    continue;
                }
                String field = options.safety().written(format == null ? String.valueOf(value) : format.format(value));
                if (dialect.escape() != CsvDialect.NONE) {
                    String escape = String.valueOf(dialect.escape());
                    field = field.replace(escape, escape + escape);
                }
                text.append(quote).append(field.replace(quote, quote + quote)).append(quote);
            }
            text.append('\n');
        }
        return write(folder, name, encoded(options, text.toString()));
    }

    private static byte[] encoded(CsvOptions options, String text) {
        byte[] bytes = text.getBytes(Objects.requireNonNullElse(options.charset(), StandardCharsets.UTF_8));
        if (options.compression() != Compression.GZIP) {
            return bytes;
        }
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return compressed.toByteArray();
    }

    static List<String> withCarriageReturns(List<String> texts) {
        return Stream.concat(texts.stream(), Stream.of("\r", "two\r\nlines", ""))
                .toList();
    }

    /** Returns how many files in a folder this process holds open, with those that are there for a while only. */
    static OptionalInt openFiles(Path folder) {
        Path descriptors = Path.of("/proc/self/fd");
        if (!Files.isDirectory(descriptors)) {
            return OptionalInt.empty();
        }
        try (Stream<Path> open = Files.list(descriptors);
                Stream<Path> there = Files.list(folder)) {
            long count = open.filter(descriptor -> leadsInto(folder, descriptor))
                            .count()
                    + there.filter(file -> file.toString().endsWith("tmp")).count();
            return OptionalInt.of(Math.toIntExact(count));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean leadsInto(Path folder, Path descriptor) {
        try {
            Path file = Files.readSymbolicLink(descriptor);
            return file.startsWith(folder) && !file.equals(folder);
        } catch (IOException e) {
            // closed meanwhile
            return false;
        }
    }

    record Reading() implements ReadContext {

        @Override
        public String plan() {
            return "test";
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

    record Writing(Schema schema, boolean isCancelled) implements WriteContext {

        Writing(Schema schema) {
            this(schema, false);
        }

        @Override
        public String plan() {
            return "test";
        }

        @Override
        public List<String> keyFields() {
            return List.of(schema.field(0).name());
        }

        @Override
        public ChangeCounts expected() {
            return new ChangeCounts(0, 0, 0);
        }

        @Override
        public OnRejection onRejection() {
            return OnRejection.END_RUN;
        }

        @Override
        public void onCancel(ReadContext.Cancellation action) {}
    }
}
