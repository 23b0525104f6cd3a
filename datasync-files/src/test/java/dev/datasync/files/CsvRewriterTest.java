package dev.datasync.files;

import static java.util.Arrays.asList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.datasync.change.Change;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.NotCommittedException;
import dev.datasync.sink.Outcome;
import dev.datasync.source.ReadException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("try") // close() may throw an interrupt, which fails the test
class CsvRewriterTest {

    @TempDir
    private Path folder;

    private CsvFile file(String content) {
        return CsvFile.at(Csv.write(folder, "products.csv", content));
    }

    private String content() throws IOException {
        return Csv.content(folder.resolve("products.csv"));
    }

    private void assertNoLitter(String... names) throws IOException {
        assertThat(Csv.names(folder)).containsExactly(names);
    }

    private ChangeWriter<Row> opened(CsvFile file) throws Exception {
        return file.open(new Csv.Writing(file.storedSchema().orElseThrow()));
    }

    @Test
    void deletes_updates_and_appends() throws Exception {
        CsvFile file = file("id,name\n1,hat\n2,coat\n3,shoe\n");

        List<Outcome> outcomes = Csv.change(
                file, Csv.delete(file, 2), Csv.update(file, 4, "name", "boot"), Csv.insert("id", "4", "name", "sock"));

        assertThat(outcomes).containsOnly(Outcome.applied()).hasSize(3);
        assertThat(content()).isEqualTo("id,name\n2,coat\n3,boot\n4,sock\n");
        assertNoLitter("products.csv");
    }

    @Test
    void keeps_the_bytes_of_what_does_not_change() throws Exception {
        CsvFile file = file(
                "\"id\",\"name\",price\r\n1,\"hat\",\"1,0\"\r2,\"say \"\"hi\"\"\",02\r\n\"3\",sh\u00f6e, 3 \n4,\"a\nb\",");

        Csv.change(file, Csv.update(file, 3, "price", "2"), Csv.update(file, 4, "name", "boot"));

        assertThat(content())
                .isEqualTo(
                        "\"id\",\"name\",price\r\n1,\"hat\",\"1,0\"\r2,\"say \"\"hi\"\"\",2\r\n\"3\",boot, 3 \n4,\"a\nb\",");
    }

    @Test
    void keeps_the_quotes_of_a_field_whose_value_changes() throws Exception {
        CsvFile file = file("id,name,note\n1,\"hat\",\"x\"\n");

        Csv.change(file, Csv.update(file, 2, "name", "cap"));
        Csv.change(file, Csv.update(file, 2, "note", null));

        assertThat(content()).isEqualTo("id,name,note\n1,\"cap\",\n");
    }

    @Test
    void keeps_byte_order_mark_line_breaks_delimiter_and_quote() throws Exception {
        CsvFile file = file("\ufeffid;name\r\n1;'x;y'\r\n").delimiter(';').quote('\'');

        Csv.change(file, Csv.insert("id", "2", "name", "it's; \"fine\""));

        assertThat(content()).isEqualTo("\ufeffid;name\r\n1;'x;y'\r\n2;'it''s; \"fine\"'\r\n");
    }

    @Test
    void appends_to_a_file_without_a_line_break_at_its_end() throws Exception {
        CsvFile file = file("id,name\r\n1,hat");
        Csv.change(file, Csv.insert("id", "2", "name", "coat"));
        assertThat(content()).isEqualTo("id,name\r\n1,hat\r\n2,coat\r\n");

        CsvFile header = file("id,name");
        Csv.change(header, Csv.insert("id", "2", "name", "coat"));
        assertThat(content()).isEqualTo("id,name\n2,coat\n");
    }

    @Test
    void puts_new_records_before_empty_lines_at_the_end() throws Exception {
        CsvFile file = file("id,name\n1,hat\n\n\n");

        Csv.change(file, Csv.update(file, 2, "name", "cap"));
        assertThat(content()).isEqualTo("id,name\n1,cap\n\n\n");

        Csv.change(file, Csv.insert("id", "2", "name", "coat"));
        assertThat(content()).isEqualTo("id,name\n1,cap\n2,coat\n");
    }

    @Test
    void puts_values_under_their_columns_whatever_their_order() throws Exception {
        CsvFile file = file("id,name,price\n");

        Csv.change(file, Csv.insert("price", "5", "id", "1"));

        assertThat(content()).isEqualTo("id,name,price\n1,,5\n");
    }

    @Test
    void quotes_what_would_read_as_something_else() throws Exception {
        List<String> values =
                asList("", " ", "a ", "\ta", "a,b", "a\"b", "a\nb", "a\rb", "\"", null, "a b", "'a'", "=1+1");
        CsvFile file = file("id,name\n");

        Csv.change(
                file,
                IntStream.range(0, values.size())
                        .mapToObj(i -> Csv.insert("id", "" + i, "name", values.get(i)))
                        .toArray(Change<?>[]::new));

        assertThat(Csv.rows(file)).extracting(row -> row.get(1)).containsExactlyElementsOf(values);
        assertThat(content()).contains("\n9,\n10,a b\n11,'a'\n12,=1+1\n");
    }

    @Test
    void keeps_null_and_the_empty_text_apart_in_a_file_of_one_column() throws Exception {
        CsvFile file = file("id\n1\n2\n3");

        Csv.change(
                file,
                Csv.update(file, 2, "id", ""),
                Csv.update(file, 4, "id", null),
                Csv.insert("id", null),
                Csv.insert("id", ""));

        assertThat(Csv.rows(file))
                .containsExactly(asList(""), asList("2"), asList((String) null), asList((String) null), asList(""));

        CsvFile last = file("id\n1\n2");
        Csv.change(last, Csv.update(last, 3, "id", null));
        assertThat(Csv.rows(last)).containsExactly(asList("1"), asList((String) null));
    }

    @Test
    void creates_a_file_with_the_columns_that_come() throws Exception {
        CsvFile file = CsvFile.at(folder.resolve("new.csv"));

        List<Outcome> outcomes =
                Csv.create(file, Schema.ofText("id", "the name"), Csv.insert("id", "1", "the name", "hat"));

        assertThat(outcomes).containsExactly(Outcome.applied());
        assertThat(Csv.content(folder.resolve("new.csv"))).isEqualTo("id,the name\n1,hat\n");
        assertNoLitter("new.csv");
    }

    @Test
    void creates_a_file_with_the_columns_that_were_named() throws Exception {
        CsvFile file = CsvFile.at(folder.resolve("new.csv")).columns("name", "id");

        Csv.create(file, Schema.ofText("id"), Csv.insert("id", "1"));

        assertThat(Csv.content(folder.resolve("new.csv"))).isEqualTo("name,id\n,1\n");
    }

    @Test
    void creates_headers_that_read_as_what_they_are() throws Exception {
        for (String name : List.of("a;b", "<html", "\ufeffid", " id", "PK\u0003\u0004", "a\"b", "a\nb", "\u00e4")) {
            for (String[] names : new String[][] {{name}, {name, "other"}, {"other", name}}) {
                CsvFile file = CsvFile.at(folder.resolve("new.csv"));

                Csv.create(file, Schema.ofText(names), Csv.insert(name, "1"));

                assertThat(file.storedSchema()).contains(Schema.ofText(names));
                assertThat(Csv.rows(file)).hasSize(1);
                Files.delete(folder.resolve("new.csv"));
            }
        }
    }

    @Test
    void gives_a_new_file_the_permissions_of_any_other() throws Exception {
        Path other = Csv.write(folder, "other.csv", "");
        CsvFile file = CsvFile.at(folder.resolve("new.csv"));

        Csv.create(file, Schema.ofText("id"), Csv.insert("id", "1"));

        assertThat(Files.getPosixFilePermissions(folder.resolve("new.csv")))
                .isEqualTo(Files.getPosixFilePermissions(other));
    }

    @Test
    void keeps_the_permissions_and_is_private_until_then() throws Exception {
        CsvFile file = file("id\n1\n");
        Path path = folder.resolve("products.csv");
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-r-x"));

        try (ChangeWriter<Row> writer = opened(file)) {
            writer.write(List.of(Csv.insert("id", "2")));
            String temporary = Csv.names(folder).get(0);
            assertThat(Files.getPosixFilePermissions(folder.resolve(temporary)))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
            writer.commit();
        }

        assertThat(content()).isEqualTo("id\n1\n2\n");
        assertThat(Files.getPosixFilePermissions(path)).isEqualTo(PosixFilePermissions.fromString("rw-rw-r-x"));
    }

    @Test
    void keeps_the_owner_where_it_may() throws Exception {
        Path path = Csv.write(folder, "products.csv", "id\n1\n");
        assumeThat(System.getProperty("user.name"))
                .as("only root gives files away")
                .isEqualTo("root");
        Files.setAttribute(path, "unix:uid", 12345);
        Files.setAttribute(path, "unix:gid", 54321);

        Csv.change(CsvFile.at(path), Csv.insert("id", "2"));

        assertThat(content()).isEqualTo("id\n1\n2\n");
        assertThat(Files.getAttribute(path, "unix:uid")).isEqualTo(12345);
        assertThat(Files.getAttribute(path, "unix:gid")).isEqualTo(54321);
    }

    @Test
    void writes_where_a_symbolic_link_leads_and_keeps_the_link() throws Exception {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Path real = Csv.write(elsewhere, "real.csv", "id\n1\n");
        Path link = Files.createSymbolicLink(folder.resolve("link.csv"), Path.of("elsewhere", "real.csv"));

        Csv.change(CsvFile.at(link), Csv.insert("id", "2"));

        assertThat(link).isSymbolicLink();
        assertThat(Csv.content(real)).isEqualTo("id\n1\n2\n");
        assertThat(Csv.names(elsewhere)).containsExactly("real.csv");
    }

    @Test
    void creates_the_file_to_which_a_symbolic_link_leads() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link.csv"), Path.of("real.csv"));

        Csv.create(CsvFile.at(link), Schema.ofText("id"), Csv.insert("id", "1"));

        assertThat(link).isSymbolicLink();
        assertThat(Csv.content(folder.resolve("real.csv"))).isEqualTo("id\n1\n");
    }

    @Test
    void refuses_a_symbolic_link_to_itself() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link.csv"), Path.of("link.csv"));

        assertRefused(CsvFile.at(link), "E-FILE-UNWRITABLE");
    }

    @Test
    void leaves_the_file_as_it_was_without_a_commit() throws Exception {
        CsvFile file = file("id\n1\n");
        FileTime modified = Files.getLastModifiedTime(folder.resolve("products.csv"));

        try (ChangeWriter<Row> writer = opened(file)) {
            writer.write(List.of(Csv.delete(file, 2), Csv.insert("id", "2")));
        }

        assertThat(content()).isEqualTo("id\n1\n");
        assertThat(Files.getLastModifiedTime(folder.resolve("products.csv"))).isEqualTo(modified);
        assertNoLitter("products.csv");
    }

    @Test
    void says_how_it_writes() throws Exception {
        try (ChangeWriter<Row> writer = opened(file("id\n"))) {
            assertThat(writer.method()).isEqualTo("rewritten atomically");
        }
    }

    @Test
    void rejects_values_that_no_file_can_hold() throws Exception {
        CsvFile file = file("id,name\n1,hat\n");

        List<Outcome> outcomes = Csv.change(
                file,
                Csv.update(file, 2, "name", "half \ud83d"),
                Csv.insert("id", "2", "name", "nul \0"),
                Csv.insert("id", "3", "name", "x".repeat(5 << 20)),
                Csv.insert("id", "4", "name", "fine"));

        assertThat(outcomes.subList(0, 3))
                .allSatisfy(outcome -> assertThat(outcome)
                        .isInstanceOfSatisfying(
                                Outcome.Rejected.class,
                                rejected -> assertThat(rejected.reason()).startsWith("field 'name': ")));
        assertThat(outcomes.get(3)).isEqualTo(Outcome.applied());
        assertThat(content()).isEqualTo("id,name\n1,hat\n4,fine\n");
    }

    @Test
    void takes_values_of_other_types_in_their_text_form() throws Exception {
        CsvFile file = file("id,price\n");

        Csv.change(file, Csv.insert("id", 7L, "price", new java.math.BigDecimal("1.50")));

        assertThat(Csv.rows(file)).containsExactly(List.of("7", "1.50"));
    }

    @Test
    void refuses_updates_after_inserts() throws Exception {
        CsvFile file = file("id\n1\n");
        try (ChangeWriter<Row> writer = opened(file)) {
            writer.write(List.of(Csv.insert("id", "2")));

            assertThatThrownBy(() -> writer.write(List.of(Csv.delete(file, 2))))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void does_not_commit_changes_of_records_that_are_not_there() throws Exception {
        CsvFile file = file("id,name\n1,hat\n2,coat\n");
        Row row = Row.of("id", "1", "name", "hat");

        for (long position : new long[] {0, 1, 4, 99}) {
            assertNotCommitted(file, new Change.Delete<>(Csv.insert("id", "1").key(), row, position));
            assertNotCommitted(file, Csv.update(row, position, "name", "x"));
        }
        assertThat(content()).isEqualTo("id,name\n1,hat\n2,coat\n");
        assertNoLitter("products.csv");
    }

    @Test
    void does_not_commit_two_changes_of_one_record() throws Exception {
        CsvFile file = file("id,name\n1,hat\n2,coat\n");

        assertNotCommitted(file, Csv.delete(file, 2), Csv.update(file, 2, "name", "x"));
    }

    @Test
    void does_not_commit_a_change_of_a_record_that_is_another_now() throws Exception {
        CsvFile file = file("id,name\n1,hat\n2,coat\n");

        assertNotCommitted(file, Csv.update(Row.of("id", "1", "name", "cap"), 2, "name", "x"));
        assertNotCommitted(file, Csv.update(Row.of("id", "1", "name", "").with("name", null), 2, "name", "x"));
    }

    @Test
    void does_not_commit_after_a_failed_write() throws Exception {
        CsvFile file = file("id\n1\n");

        try (ChangeWriter<Row> writer = opened(file)) {
            writer.write(List.of(new Change.Delete<>(Csv.insert("id", "1").key(), Row.of("id", "1"), 7)));
            assertThatThrownBy(() -> writer.write(List.of(Csv.insert("id", "2"))))
                    .isInstanceOf(NotCommittedException.class);
            assertThatThrownBy(writer::commit).isInstanceOf(NotCommittedException.class);
        }
        assertThat(content()).isEqualTo("id\n1\n");
        assertNoLitter("products.csv");
    }

    private void assertNotCommitted(CsvFile file, Change<?>... changes) {
        assertThatThrownBy(() -> Csv.change(file, changes)).isInstanceOf(NotCommittedException.class);
    }

    @Test
    void notices_a_change_between_reading_and_opening() throws Exception {
        CsvFile file = file("id\n1\n");
        Csv.found(file.existing());
        Csv.write(folder, "products.csv", "id\n1\n2\n");

        assertThatThrownBy(() -> opened(file)).isInstanceOf(NotCommittedException.class);
        assertThat(content()).isEqualTo("id\n1\n2\n");

        // and the next run starts anew
        Csv.change(file, Csv.insert("id", "3"));
        assertThat(content()).isEqualTo("id\n1\n2\n3\n");
    }

    @Test
    void notices_that_another_file_has_taken_the_place_of_a_missing_one() throws Exception {
        CsvFile file = CsvFile.at(folder.resolve("new.csv"));
        Csv.found(file.existing());
        Csv.write(folder, "new.csv", "id\n1\n");

        assertThatThrownBy(() -> opened(file)).isInstanceOf(NotCommittedException.class);
    }

    @Test
    void notices_a_change_between_opening_and_commit() throws Exception {
        CsvFile file = file("id\n1\n");

        try (ChangeWriter<Row> writer = opened(file)) {
            writer.write(List.of(Csv.delete(file, 2)));
            Csv.write(folder, "products.csv", "id\n1\n2\n");
            assertThatThrownBy(writer::commit)
                    .isInstanceOf(NotCommittedException.class)
                    .hasMessageContaining("changed by somebody else");
        }
        assertThat(content()).isEqualTo("id\n1\n2\n");
        assertNoLitter("products.csv");
    }

    @Test
    void notices_a_change_while_it_writes() throws Exception {
        CsvFile file = file("id\n1\n");

        try (ChangeWriter<Row> writer = opened(file)) {
            writer.write(List.of(Csv.insert("id", "2")));
            Csv.write(folder, "products.csv", "id\n9\n");
            Files.setLastModifiedTime(folder.resolve("products.csv"), FileTime.fromMillis(0));
            assertThatThrownBy(writer::commit).isInstanceOf(NotCommittedException.class);
        }
        assertThat(content()).isEqualTo("id\n9\n");
    }

    @Test
    void lets_only_the_first_of_two_writers_commit() throws Exception {
        CsvFile file = file("id\n1\n");

        try (ChangeWriter<Row> first = opened(file);
                ChangeWriter<Row> second = opened(file)) {
            first.write(List.of(Csv.insert("id", "2")));
            second.write(List.of(Csv.insert("id", "3")));
            first.commit();
            assertThatThrownBy(second::commit).isInstanceOf(NotCommittedException.class);
        }
        assertThat(content()).isEqualTo("id\n1\n2\n");
        assertNoLitter("products.csv");
    }

    /** All look at the same file, open, write, and then commit at the same moment. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void lets_only_one_of_many_writers_commit_at_the_same_moment(boolean exists) throws Exception {
        int writers = 4;
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        try {
            for (int round = 0; round < 15; round++) {
                Path path = folder.resolve("round-" + round + ".csv");
                if (exists) {
                    Csv.write(folder, path.getFileName().toString(), "id\n1\n");
                }
                CyclicBarrier together = new CyclicBarrier(writers);
                List<Future<Boolean>> commits = new ArrayList<>();
                for (int i = 0; i < writers; i++) {
                    String id = "of writer " + i;
                    commits.add(threads.submit(() -> commitsTogether(CsvFile.at(path), id, together)));
                }
                List<String> committed = new ArrayList<>();
                for (int i = 0; i < writers; i++) {
                    if (commits.get(i).get()) {
                        committed.add("of writer " + i);
                    }
                }
                assertThat(committed).as("round %d", round).hasSize(1);
                assertThat(Csv.content(path)).isEqualTo((exists ? "id\n1\n" : "id\n") + committed.get(0) + "\n");
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(Csv.names(folder)).hasSize(15).allMatch(name -> name.startsWith("round-"));
    }

    private static boolean commitsTogether(CsvFile file, String id, CyclicBarrier together) throws Exception {
        try (ChangeWriter<Row> writer = file.open(new Csv.Writing(Schema.ofText("id")))) {
            writer.write(List.of(Csv.insert("id", id)));
            together.await(60, TimeUnit.SECONDS);
            writer.commit();
            return true;
        } catch (NotCommittedException e) {
            assertThat(e).hasMessageContaining("changed by somebody else");
            return false;
        }
    }

    /** Two processes, because the locks of one process are not those of two. */
    @Test
    void lets_only_one_of_two_processes_commit_at_the_same_moment() throws Exception {
        Path path = Csv.write(folder, "products.csv", "id\n1\n");
        Path go = folder.resolve("go");
        List<Process> processes = new ArrayList<>();
        try {
            for (int i = 0; i < 2; i++) {
                processes.add(new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-Xmx64m",
                                "-cp",
                                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                                OtherWriter.class.getName(),
                                path.toString(),
                                go.toString(),
                                "of process " + i)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start());
            }
            List<BufferedReader> answers = new ArrayList<>();
            for (Process process : processes) {
                answers.add(process.inputReader());
                assertThat(answers.get(answers.size() - 1).readLine()).isEqualTo("ready");
            }
            Files.createFile(go);
            List<String> said = new ArrayList<>();
            for (BufferedReader answer : answers) {
                said.add(answer.readLine());
            }
            assertThat(said).containsExactlyInAnyOrder("committed", "not committed");
            assertThat(content()).isEqualTo("id\n1\nof process " + said.indexOf("committed") + "\n");
            assertNoLitter("go", "products.csv");
        } finally {
            processes.forEach(Process::destroyForcibly);
        }
    }

    /** A process that commits as soon as a file is there. */
    static final class OtherWriter {

        private OtherWriter() {}

        public static void main(String[] arguments) throws Exception {
            CsvFile file = CsvFile.at(Path.of(arguments[0]));
            try (ChangeWriter<Row> writer = file.open(new Csv.Writing(Schema.ofText("id")))) {
                writer.write(List.of(Csv.insert("id", arguments[2])));
                System.out.println("ready");
                while (Files.notExists(Path.of(arguments[1]))) {
                    Thread.onSpinWait();
                }
                writer.commit();
                System.out.println("committed");
            } catch (NotCommittedException e) {
                System.out.println("not committed");
            }
        }
    }

    @Test
    void does_not_commit_a_cancelled_run() throws Exception {
        CsvFile file = file("id\n1\n");

        try (ChangeWriter<Row> writer = file.open(new Csv.Writing(Schema.ofText("id"), true))) {
            writer.write(List.of(Csv.delete(file, 2)));
            assertThatThrownBy(writer::commit).isInstanceOf(NotCommittedException.class);
        }
        assertThat(content()).isEqualTo("id\n1\n");
        assertNoLitter("products.csv");
    }

    @Test
    void does_not_commit_on_an_interrupted_thread() throws Exception {
        CsvFile file = file("id\n1\n");

        try (ChangeWriter<Row> writer = opened(file)) {
            writer.write(List.of(Csv.insert("id", "2")));
            Thread.currentThread().interrupt();
            assertThatThrownBy(writer::commit).isInstanceOf(NotCommittedException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(content()).isEqualTo("id\n1\n");
        assertNoLitter("products.csv");
    }

    @Test
    void does_not_commit_into_a_folder_that_has_gone() throws Exception {
        Path gone = Files.createDirectory(folder.resolve("gone"));
        CsvFile file = CsvFile.at(gone.resolve("new.csv"));

        try (ChangeWriter<Row> writer = file.open(new Csv.Writing(Schema.ofText("id")))) {
            writer.write(List.of(Csv.insert("id", "1")));
            for (String name : Csv.names(gone)) {
                Files.delete(gone.resolve(name));
            }
            Files.delete(gone);
            assertThatThrownBy(writer::commit).isInstanceOf(NotCommittedException.class);
        }
        assertThat(gone).doesNotExist();
    }

    @Test
    void refuses_targets_that_cannot_be_written() {
        assertRefused(CsvFile.at(folder.resolve("missing").resolve("new.csv")), "E-FILE-FOLDER");
        assertRefused(CsvFile.at(Csv.write(folder, "file", "").resolve("new.csv")), "E-FILE-FOLDER");
        assertRefused(CsvFile.at(folder), "E-FILE-UNWRITABLE");
    }

    @Test
    void refuses_a_device_behind_a_symbolic_link_and_leaves_it_alone() throws Exception {
        Path device = Path.of("/dev/full");
        assumeThat(Files.exists(device)).as("there is /dev/full").isTrue();

        Path link = Files.createSymbolicLink(folder.resolve("link.csv"), device);
        assertRefused(CsvFile.at(link), "E-FILE-UNWRITABLE");
        assertThat(Files.isRegularFile(device)).isFalse();
        Files.delete(link);
    }

    @Test
    void refuses_a_file_or_folder_that_this_process_may_not_write() throws Exception {
        Path closed = Files.createDirectory(folder.resolve("closed"));
        Path file = Csv.write(closed, "products.csv", "id\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
        assumeThat(Files.isWritable(file))
                .as("permissions bind this user (root they do not)")
                .isFalse();
        assertRefused(CsvFile.at(file), "E-FILE-UNWRITABLE");

        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));
        try {
            assertRefused(CsvFile.at(closed.resolve("new.csv")), "E-FILE-FOLDER");
        } finally {
            Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    /** Both before anything is compared and when it comes to writing. */
    private void assertRefused(CsvFile file, String code) {
        assertThatThrownBy(() -> Csv.found(file.existing()))
                .isInstanceOfSatisfying(
                        ReadException.class, e -> assertThat(e.code()).isEqualTo(code));
        assertThatThrownBy(() -> file.open(new Csv.Writing(Schema.ofText("id"))))
                .isInstanceOfSatisfying(
                        ReadException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void removes_what_a_killed_process_left_and_nothing_else() throws Exception {
        CsvFile file = file("id\n1\n");
        Csv.write(folder, ".products.csv.0000.datasync-tmp", "left behind");
        Csv.write(folder, ".other.csv.0000.datasync-tmp", "of another file");
        Path busy = Csv.write(folder, ".products.csv.1111.datasync-tmp", "being written");

        try (FileChannel channel = FileChannel.open(busy, StandardOpenOption.WRITE)) {
            assertThat(channel.lock().isValid()).isTrue();
            Csv.change(file, Csv.insert("id", "2"));
        }

        assertNoLitter(".other.csv.0000.datasync-tmp", ".products.csv.1111.datasync-tmp", "products.csv");
    }

    @Test
    void holds_no_inserts_in_memory() throws Exception {
        CsvFile file = CsvFile.at(folder.resolve("new.csv"));

        try (ChangeWriter<Row> writer = file.open(new Csv.Writing(Schema.ofText("id", "name")))) {
            List<Change<Row>> batch = new ArrayList<>();
            for (int i = 0; i < 5_000; i++) {
                batch.add(Csv.insert("id", "" + i, "name", "x".repeat(100)));
            }
            writer.write(batch);
            Path temporary = folder.resolve(Csv.names(folder).get(0));
            assertThat(Files.size(temporary)).isGreaterThan(400_000);
            writer.commit();
        }

        assertThat(Csv.rows(file)).hasSize(5_000);
    }

    @Test
    void changes_records_of_a_file_of_many_pieces() throws Exception {
        StringBuilder content = new StringBuilder("id,name\n");
        StringBuilder expected = new StringBuilder("id,name\n");
        List<Change<?>> changes = new ArrayList<>();
        long line = 2;
        for (int i = 0; i < 20_000; i++) {
            String name = i % 1000 == 0 ? "y".repeat(200_000) : "\u00e4\n";
            String record = i + ",\"" + name + "\"\n";
            Row before = Row.of("id", "" + i, "name", name);
            content.append(record);
            if (i % 10 == 3) {
                changes.add(new Change.Delete<>(Csv.insert("id", "" + i).key(), before, line));
            } else if (i % 10 == 0) {
                changes.add(Csv.update(before, line, "name", "z"));
                expected.append(i).append(",\"z\"\n");
            } else {
                expected.append(record);
            }
            line += record.chars().filter(next -> next == '\n').count();
        }
        CsvFile file = file(content.toString());

        Csv.change(file, changes.toArray(Change<?>[]::new));

        assertThat(content().equals(expected.toString())).isTrue();
    }

    @Test
    void begins_an_empty_file_with_the_lines_that_are_skipped() throws Exception {
        CsvFile file = file("").skipLines(2).withoutHeader("id", "name");
        Csv.change(file, Csv.insert("id", "1", "name", "a"), Csv.insert("id", "2", "name", "b"));
        assertThat(Csv.rows(file)).containsExactly(List.of("1", "a"), List.of("2", "b"));
        assertThat(content()).isEqualTo("\n\n1,a\n2,b\n");
    }

    @Test
    void escapes_formulas_also_in_columns_of_any_type() throws Exception {
        CsvFile file = CsvFile.at(folder.resolve("new.csv"))
                .spreadsheetSafe(SpreadsheetSafety.ESCAPE)
                .types(Map.of("note", TextFormat.of(FieldType.any())));
        Csv.create(
                file,
                Schema.ofText("id", "note"),
                Csv.insert("id", "1", "note", "=1+1"),
                Csv.insert("id", "2", "note", "'=1+1"));
        assertThat(Csv.content(folder.resolve("new.csv"))).isEqualTo("id,note\n1,'=1+1\n2,''=1+1\n");
        assertThat(Csv.rows(file)).containsExactly(List.of("1", "=1+1"), List.of("2", "'=1+1"));
        Csv.change(file, Csv.update(file, 2, "note", "@2"));
        assertThat(Csv.rows(file)).containsExactly(List.of("1", "@2"), List.of("2", "'=1+1"));
    }

    @Test
    void changes_records_with_bytes_and_texts_of_fixed_length() throws Exception {
        CsvFile file = file("id,code,bytes,note\n1,a  ,+wE=,x\n2,b,AQ==,y\n")
                .types(Map.of(
                        "code", TextFormat.of(FieldType.paddedText(5)), "bytes", TextFormat.of(FieldType.binary())));
        Csv.change(file, Csv.update(file, 2, "note", "z"), Csv.delete(file, 3));
        assertThat(content()).isEqualTo("id,code,bytes,note\n1,a  ,+wE=,z\n");
    }
}
