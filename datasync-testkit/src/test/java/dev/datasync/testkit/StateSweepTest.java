package dev.datasync.testkit;

import static dev.datasync.testkit.Products.changed;
import static dev.datasync.testkit.Products.product;
import static dev.datasync.testkit.Products.products;
import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.SyncGroup;
import dev.datasync.SyncPlan;
import dev.datasync.change.Change;
import dev.datasync.change.ChangeCounts;
import dev.datasync.match.Matcher;
import dev.datasync.row.RecordType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.run.FailurePolicy;
import dev.datasync.run.GroupException;
import dev.datasync.run.Retries;
import dev.datasync.run.RunOutcome;
import dev.datasync.run.SyncException;
import dev.datasync.run.SyncListener;
import dev.datasync.run.SyncReport;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.Outcome;
import dev.datasync.sink.Sink;
import dev.datasync.sink.TransactionPart;
import dev.datasync.sink.WriteContext;
import dev.datasync.source.Completion;
import dev.datasync.source.ReadContext;
import dev.datasync.source.Receiver;
import dev.datasync.source.Source;
import dev.datasync.state.RunLock;
import dev.datasync.state.WatermarkStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Something goes wrong at every call of plans with locks and watermarks. A watermark that is ahead of the data shows: a
 * reading that begins there brings nothing, so the target would never become right.
 */
@Tag("long")
class StateSweepTest {

    private static final List<Row> OLD = products(1, 4);
    private static final List<Row> NEW =
            List.of(product(1), product(2), changed(3), changed(4), product(5), product(6), product(7));

    private static final Map<String, Function<Fault, Fault>> KINDS = new LinkedHashMap<>();

    static {
        KINDS.put("an exception, once", fault -> fault);
        KINDS.put("exceptions from then on", Fault::lasting);
        KINDS.put("a failure in passing", Fault::inPassing);
        KINDS.put("an error", fault -> fault.throwing(() -> new StackOverflowError("injected")));
        KINDS.put("an interrupted exception", fault -> fault.throwing(() -> new InterruptedException("injected")));
        KINDS.put("an interrupt", Fault::interrupting);
    }

    /** How the plans are run. */
    private enum Way {
        ALONE,
        IN_PARTS,
        KEEPING,
        WITH_CONFLICT,
        GROUP,
        JOINT
    }

    /** A plan's surroundings. */
    private static final class Site implements WatermarkStore, RunLock {

        private final String name;
        private final Faults faults;
        private final InMemorySink sink;
        private final boolean takesParts;
        private final AtomicInteger held = new AtomicInteger();
        private volatile String saved;
        private String pending;

        Site(String name, Faults faults, InMemorySink sink, boolean takesParts) {
            this.name = name;
            this.faults = faults;
            this.sink = sink;
            this.takesParts = takesParts;
        }

        @Override
        public String name() {
            return "state of " + name;
        }

        @Override
        public void prepare() throws Exception {
            faults.call(name + ".prepare", () -> true);
        }

        @Override
        public Optional<String> load(String plan) throws Exception {
            return faults.call(name + ".load", () -> Optional.ofNullable(saved));
        }

        @Override
        public void save(String plan, String watermark) throws Exception {
            faults.call(name + ".save", () -> {
                saved = watermark;
                return true;
            });
        }

        @Override
        public TransactionPart saving(String plan, String watermark) {
            return () -> faults.call(name + ".saving", () -> {
                pending = watermark;
                return true;
            });
        }

        @Override
        public Optional<Lease> acquire(String plan) throws Exception {
            return faults.call(name + ".acquire", () -> Optional.of(lease()));
        }

        private Lease lease() {
            held.incrementAndGet();
            return new Lease() {
                @Override
                public Duration duration() {
                    return Duration.ofMinutes(10);
                }

                @Override
                public boolean renew() {
                    return true;
                }

                @Override
                public TransactionPart proof() {
                    return () -> faults.call(name + ".proof", () -> true);
                }

                @Override
                public void release() throws Exception {
                    held.decrementAndGet();
                    faults.call(name + ".release", () -> true);
                }
            };
        }

        Source<Row> source() {
            return new Source<>() {
                @Override
                public Completion read(Receiver<? super Row> receiver, ReadContext context) {
                    if (context.watermark().isEmpty()) {
                        NEW.forEach(receiver::accept);
                    }
                    return Completion.completeUpTo("w1");
                }

                @Override
                public Optional<Schema> schema() {
                    return Optional.of(Products.SCHEMA);
                }

                @Override
                public boolean isIncremental() {
                    return true;
                }
            };
        }

        Sink<Row> target() {
            return FaultySink.named(name, takesParts ? new Taking() : sink, faults);
        }

        SyncPlan.Builder<Row> plan(RecordedThreads threads) {
            return SyncPlan.named(name)
                    .from(FaultySource.named(name + ".from", source(), faults))
                    .match(Matcher.<Row>on("id"))
                    .into(target())
                    .watermarks(this)
                    .lock(this)
                    .batchSize(2)
                    .retries(Retries.upTo(2, Duration.ZERO))
                    .threads(threads);
        }

        long there() {
            return sink.content().stream().filter(row -> !OLD.contains(row)).count();
        }

        boolean isNew() {
            return Set.copyOf(sink.content()).equals(Set.copyOf(NEW));
        }

        /** Commits the watermark with the changes. */
        private final class Taking implements Sink<Row> {

            @Override
            public RecordType<Row> recordType() {
                return RecordType.rows();
            }

            @Override
            public Optional<Schema> storedSchema() {
                return sink.storedSchema();
            }

            @Override
            public Source<Row> existing() {
                return sink;
            }

            @Override
            public boolean canCommitInParts() {
                return true;
            }

            @Override
            public ChangeWriter<Row> open(WriteContext context) {
                pending = null;
                ChangeWriter<Row> writer = sink.open(context);
                return new TakingWriter(writer);
            }
        }

        @SuppressWarnings("try") // a writer may throw anything when it is closed
        private final class TakingWriter implements ChangeWriter<Row> {

            private final ChangeWriter<Row> writer;

            TakingWriter(ChangeWriter<Row> writer) {
                this.writer = writer;
            }

            @Override
            public List<Outcome> write(List<Change<Row>> batch) throws Exception {
                return writer.write(batch);
            }

            @Override
            public boolean include(TransactionPart part) throws Exception {
                part.execute();
                return true;
            }

            @Override
            public void commit() throws Exception {
                writer.commit();
                if (pending != null) {
                    saved = pending;
                    pending = null;
                }
            }

            @Override
            public void close() throws Exception {
                writer.close();
            }

            @Override
            public boolean undoesOnClose() {
                return writer.undoesOnClose();
            }

            @Override
            public boolean appliesAtOnce() {
                return writer.appliesAtOnce();
            }
        }
    }

    /** Everything of one attempt. */
    private static final class Attempt {

        private final Way way;
        private final Faults faults;
        private final RecordedThreads threads = new RecordedThreads();
        private final List<Site> sites = new ArrayList<>();
        private final boolean hasFailedToClose;
        private boolean conflicts;

        Attempt(Way way, boolean takesParts, Fault... wanted) {
            this.way = way;
            this.hasFailedToClose = Stream.of(wanted)
                    .map(Fault::toString)
                    .anyMatch(fault -> fault.contains("close") || fault.contains("lasting"));
            this.faults = Faults.of(wanted);
            InMemorySink target = Products.target(OLD);
            InMemorySink usual = way == Way.KEEPING ? target.withoutTransaction() : target;
            boolean isGroup = way == Way.GROUP || way == Way.JOINT;
            for (String name : isGroup ? List.of("first", "second") : List.of("only")) {
                sites.add(new Site(name, faults, way == Way.JOINT ? usual.in("db") : usual.named(name), takesParts));
            }
            conflicts = way == Way.WITH_CONFLICT;
        }

        private List<SyncReport> run() {
            if (way == Way.GROUP || way == Way.JOINT) {
                SyncGroup.Builder group = SyncGroup.named("group");
                for (Site site : sites) {
                    group = group.add(site.plan(threads).build());
                }
                group = way == Way.JOINT ? group.inOneTransaction().retries(Retries.upTo(2, Duration.ZERO)) : group;
                try {
                    return group.build().run().plans();
                } catch (GroupException e) {
                    return e.groupReport().orElseThrow().plans();
                }
            }
            Site site = sites.get(0);
            SyncPlan.Builder<Row> plan = site.plan(threads);
            if (way == Way.IN_PARTS) {
                plan = plan.commitEvery(2);
            }
            if (conflicts) {
                plan = plan.onFailure(FailurePolicy.skipUpTo(3)).commitEvery(3).listener(new SyncListener() {
                    @Override
                    public void compared(ChangeCounts changes) {
                        if (changes.inserts() == 3) {
                            site.sink.insert(product(6, "another", "9.00"));
                        }
                    }
                });
            }
            try {
                return List.of(plan.build().run());
            } catch (SyncException e) {
                return e.report().map(List::of).orElse(List.of());
            }
        }

        @SuppressWarnings("try") // the log is not of interest, and there is much of it
        void check() {
            List<SyncReport> reports = List.of();
            try (CapturedLog log = new CapturedLog()) {
                reports = run();
            } catch (StackOverflowError e) {
                // passed on as it is
            }
            Thread.interrupted();
            for (int i = 0; i < reports.size(); i++) {
                check(reports.get(i), sites.get(i));
            }
            for (Site site : sites) {
                assertThat(site.held.get()).as("locks that are held").isLessThanOrEqualTo(held(site));
                site.held.set(0);
                // where closing itself failed, or everything after something else, nobody can close it
                if (!hasFailedToClose) {
                    assertThat(site.sink.openWriters()).as("open writers").isZero();
                }
                assertThat(site.saved == null || site.isNew())
                        .as("watermark only with data")
                        .isTrue();
            }
            threads.assertEnded();
            faults.heal();
            conflicts = false;
            for (SyncReport report : run()) {
                assertThat(report.outcome()).as("%s", report).isEqualTo(RunOutcome.SUCCEEDED);
                assertThat(report.watermark()).contains("w1");
            }
            for (Site site : sites) {
                assertThat(site.isNew()).as("%s", site.sink.content()).isTrue();
                assertThat(site.saved).isEqualTo("w1");
                assertThat(site.held.get()).isZero();
            }
            for (SyncReport report : run()) {
                assertThat(report.outcome()).as("%s", report).isEqualTo(RunOutcome.SUCCEEDED);
                assertThat(report.counts().written()).isZero();
            }
        }

        /** An acquisition that took the lock and then failed cannot be given back by anybody. */
        private int held(Site site) {
            return faults.calls().contains(site.name + ".acquire")
                            && !faults.calls().contains(site.name + ".release")
                    ? 1
                    : 0;
        }

        private void check(SyncReport report, Site site) {
            SyncReport.Counts counts = report.counts();
            long there = site.there() - (site.sink.content().contains(product(6, "another", "9.00")) ? 1 : 0);
            assertThat(counts.written())
                    .as("confirmed of %d, in %s", there, report)
                    .isLessThanOrEqualTo(there);
            assertThat(counts.written() + counts.unknown())
                    .as("confirmed and unknown of %d, in %s", there, report)
                    .isGreaterThanOrEqualTo(there);
            long all = counts.written() + counts.unknown() + counts.notWritten() + counts.rejected();
            assertThat(all).as("the sum in %s", report).isIn(0L, 5L);
            assertThat(report.watermark().isPresent())
                    .as("watermark in %s", report)
                    .isEqualTo(report.watermark().isPresent() && site.saved != null);
            if (report.outcome() == RunOutcome.SUCCEEDED) {
                assertThat(site.saved).as("saved after %s", report).isEqualTo("w1");
                assertThat(site.isNew()).isTrue();
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> converges_whatever_fails() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Way way : Way.values()) {
            for (boolean takesParts : new boolean[] {false, true}) {
                if (way == Way.JOINT && takesParts) {
                    continue;
                }
                Attempt undisturbed = new Attempt(way, takesParts);
                undisturbed.run();
                for (String call :
                        undisturbed.faults.calls().stream().distinct().toList()) {
                    KINDS.forEach((kind, how) -> {
                        List<Fault> faults = new ArrayList<>(List.of(how.apply(Fault.before(call))));
                        if (!kind.contains("passing")) {
                            faults.add(how.apply(Fault.after(call)));
                        }
                        for (Fault fault : faults) {
                            tests.add(DynamicTest.dynamicTest(
                                    way + (takesParts ? ", taking parts: " : ": ") + kind + ", " + fault,
                                    () -> new Attempt(way, takesParts, fault).check()));
                        }
                    });
                }
            }
        }
        return tests.stream();
    }
}
