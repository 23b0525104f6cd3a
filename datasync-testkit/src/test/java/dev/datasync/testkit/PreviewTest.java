package dev.datasync.testkit;

import static dev.datasync.testkit.Products.changed;
import static dev.datasync.testkit.Products.product;
import static dev.datasync.testkit.Products.products;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.datasync.Preview;
import dev.datasync.SyncPlan;
import dev.datasync.change.Change;
import dev.datasync.change.Deletes;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import dev.datasync.run.MemoryBudget;
import dev.datasync.run.PlanException;
import dev.datasync.run.SyncException;
import dev.datasync.run.SyncReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PreviewTest {

    private static final int MANY = 3_000;

    @TempDir
    Path spillDirectory;

    private SyncPlan.Builder<Row> plan(InMemorySource<Row> source, InMemorySink sink) {
        return SyncPlan.named("preview")
                .from(source)
                .match(Matcher.<Row>on("id"))
                .into(sink)
                .deletes(Deletes.missing().unlimited())
                .spillDirectory(spillDirectory);
    }

    /** Changes of all kinds, too many for the smallest budget. */
    private SyncPlan<Row> large(InMemorySink sink) {
        return plan(InMemorySource.of(largeSource()), sink)
                .memoryBudget(new MemoryBudget(MemoryBudget.SMALLEST))
                .build();
    }

    private static List<Row> largeSource() {
        List<Row> rows = new ArrayList<>();
        for (int i = 1_001; i <= MANY + 1_000; i++) {
            rows.add(i % 2 == 0 ? product(i) : changed(i));
        }
        return rows;
    }

    @ParameterizedTest
    @EnumSource
    void writes_nothing_anywhere(EnginePath path) {
        InMemorySink sink = path.sink(Products.target(products(1, 3)));
        Faults faults = Faults.of();
        SyncPlan<Row> plan = path.plan(SyncPlan.named("preview")
                        .from(path.source(InMemorySource.of(changed(1), product(4))))
                        .match(Matcher.<Row>on("id"))
                        .into(FaultySink.of(sink, faults))
                        .deletes(Deletes.missing().unlimited())
                        .spillDirectory(spillDirectory))
                .build();
        try (Preview<Row> preview = plan.preview()) {
            assertThat(preview.changes().counts().total()).isEqualTo(4);
        }
        assertThat(faults.calls()).noneMatch(call -> call.equals("sink.open"));
        assertThat(sink.content()).isEqualTo(products(1, 3));
        assertThat(spillDirectory).isEmptyDirectory();
    }

    @ParameterizedTest
    @EnumSource
    void is_what_the_run_then_does(EnginePath path) {
        for (boolean isApplied : new boolean[] {true, false}) {
            InMemorySink sink = path.sink(Products.target(products(1, MANY)));
            SyncPlan<Row> plan = path.plan(plan(path.source(InMemorySource.of(largeSource())), sink))
                    .batchSize(100)
                    .build();
            try (Preview<Row> preview = plan.preview()) {
                List<String> previewed = shown(preview.changes());
                SyncReport report = isApplied ? preview.apply() : plan.run();
                assertThat(sink.writes().stream()
                                .flatMap(List::stream)
                                .map(NaiveComparison::shown)
                                .toList())
                        .isEqualTo(previewed);
                assertThat(report.counts().inserted())
                        .isEqualTo(preview.changes().counts().inserts());
                assertThat(report.counts().updated())
                        .isEqualTo(preview.changes().counts().updates());
                assertThat(report.counts().deleted())
                        .isEqualTo(preview.changes().counts().deletes());
            }
            assertThat(plan.run().counts().written()).isZero();
        }
    }

    private static List<String> shown(Iterable<Change<Row>> changes) {
        List<String> shown = new ArrayList<>();
        changes.forEach(change -> shown.add(NaiveComparison.shown(change)));
        return shown;
    }

    @Test
    void can_be_iterated_again_and_by_several_threads() throws Exception {
        InMemorySink sink = Products.target(products(1, MANY));
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try (Preview<Row> preview = large(sink).preview()) {
            assertThat(preview.report().method()).startsWith(EnginePath.HASH_SPILLED.method());
            List<String> first = shown(preview.changes());
            assertThat(first).hasSize((int) preview.changes().counts().total());
            assertThat(shown(preview.changes())).isEqualTo(first);
            assertThat(preview.changes().stream().map(NaiveComparison::shown).toList())
                    .isEqualTo(first);
            List<Future<List<String>>> others = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                others.add(threads.submit(() -> shown(preview.changes())));
            }
            for (Future<List<String>> other : others) {
                assertThat(other.get()).isEqualTo(first);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void cannot_be_iterated_or_applied_after_it_was_closed() {
        InMemorySink sink = Products.target(products(1, MANY));
        Preview<Row> preview = large(sink).preview();
        Iterator<Change<Row>> begun = preview.changes().iterator();
        begun.next();
        preview.close();
        preview.close();
        assertThatThrownBy(() -> begun.forEachRemaining(change -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(() -> shown(preview.changes()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(preview::apply).isInstanceOf(RuntimeException.class).hasMessageContaining("closed");
        assertThat(sink.content()).isEqualTo(products(1, MANY));
    }

    @Test
    void cannot_be_iterated_after_it_was_closed_when_it_is_small() {
        Preview<Row> preview =
                plan(InMemorySource.of(product(1)), Products.target()).build().preview();
        preview.close();
        assertThatThrownBy(() -> shown(preview.changes()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(preview::apply).isInstanceOf(RuntimeException.class).hasMessageContaining("closed");
    }

    @Test
    void shows_changes_in_words() {
        InMemorySink sink = Products.target(products(1, 2));
        try (Preview<Row> preview =
                plan(InMemorySource.of(changed(2), product(3)), sink).build().preview()) {
            assertThat(preview.summary()).isEqualTo("1 insert, 1 update, 1 delete; 0 unchanged");
            assertThat(preview.toString())
                    .contains("id=1", "id=2", "id=3", "1.00", "2.50", "changed 2")
                    .contains("1 insert, 1 update, 1 delete");
            assertThat(preview.changes().stream().map(Change::toString).toList())
                    .anyMatch(text -> text.startsWith("DELETE id=1"))
                    .anyMatch(text -> text.contains("price: 1.00 -> 2.50"));
        }
    }

    // ---------------------------------------------------------------- temporary files

    @Test
    void leaves_no_temporary_file_behind() {
        InMemorySink sink = Products.target(products(1, MANY));
        try (Preview<Row> preview = large(sink).preview()) {
            assertThat(shown(preview.changes())).isNotEmpty();
        }
        assertThat(spillDirectory).isEmptyDirectory();
        large(sink).run();
        assertThat(spillDirectory).isEmptyDirectory();
    }

    @Test
    void lets_nobody_else_read_its_temporary_file() throws IOException {
        Path openFiles = Path.of("/proc/self/fd");
        Assumptions.assumeTrue(Files.isDirectory(openFiles), "open files are seen on Linux only");
        InMemorySink sink = Products.target(products(1, MANY));
        try (Preview<Row> preview = large(sink).preview()) {
            assertThat(preview.changes().counts().total()).isPositive();
            List<Path> spilled = new ArrayList<>();
            try (Stream<Path> open = Files.list(openFiles)) {
                open.forEach(link -> {
                    try {
                        if (Files.readSymbolicLink(link).startsWith(spillDirectory.toRealPath())) {
                            spilled.add(link);
                        }
                    } catch (IOException e) {
                        if (Files.exists(link)) {
                            throw new UncheckedIOException(e);
                        }
                    }
                });
            }
            assertThat(spilled).as("open temporary files").hasSize(1);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(spilled.get(0))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void refuses_a_folder_for_temporary_files_that_is_not_there() {
        SyncPlan.Builder<Row> plan = plan(InMemorySource.of(largeSource()), Products.target())
                .spillDirectory(spillDirectory.resolve("missing"));
        assertThatThrownBy(() -> plan.build().run())
                .isInstanceOf(PlanException.class)
                .hasMessageContaining("missing");
    }

    @Test
    void says_what_to_do_when_the_temporary_file_cannot_be_made() throws IOException {
        InMemorySink sink = Products.target(products(1, MANY));
        Path vanishing = Files.createDirectory(spillDirectory.resolve("vanishing"));
        Faults faults = Faults.of(Fault.before("sink.existing").doing(() -> Files.delete(vanishing)));
        SyncPlan<Row> plan = SyncPlan.named("preview")
                .from(InMemorySource.of(largeSource()))
                .match(Matcher.<Row>on("id"))
                .into(FaultySink.of(sink, faults))
                .memoryBudget(new MemoryBudget(MemoryBudget.SMALLEST))
                .spillDirectory(vanishing)
                .build();
        SyncException thrown = catchThrowableOfType(SyncException.class, plan::run);
        assertThat(thrown.code()).isEqualTo("E-SPILL");
        assertThat(thrown).hasMessageContaining("vanishing").hasMessageContaining("spillDirectory(...)");
        assertThat(sink.content()).isEqualTo(products(1, MANY));
        assertThat(spillDirectory).isEmptyDirectory();
    }
}
