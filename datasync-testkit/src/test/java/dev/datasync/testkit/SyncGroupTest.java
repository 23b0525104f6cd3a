package dev.datasync.testkit;

import static dev.datasync.testkit.Products.changed;
import static dev.datasync.testkit.Products.product;
import static dev.datasync.testkit.Products.products;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.datasync.GroupPreview;
import dev.datasync.SyncGroup;
import dev.datasync.SyncPlan;
import dev.datasync.change.Change;
import dev.datasync.change.DeleteGuard;
import dev.datasync.change.Deletes;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import dev.datasync.run.GroupException;
import dev.datasync.run.GroupReport;
import dev.datasync.run.PlanException;
import dev.datasync.run.Retries;
import dev.datasync.run.RunOutcome;
import dev.datasync.run.SyncReport;
import dev.datasync.sink.Sink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Several plans that run as one: orders refer to customers. */
class SyncGroupTest {

    private static final List<Row> OLD = products(1, 4);
    private static final List<Row> NEW = List.of(product(3), changed(4), product(5), product(6));

    private final RecordedThreads threads = new RecordedThreads();
    private final Object database = new Object();
    private final InMemorySink customers =
            Products.target(OLD).named("table customers").in(database);
    private final InMemorySink orders =
            Products.target(OLD).named("table orders").in(database).referringTo(other -> other == customers);
    private Faults faults = Faults.of();

    private SyncPlan.Builder<Row> plan(String name, Sink<Row> target) {
        return planOfAnyBatchSize(name, target).batchSize(2);
    }

    private SyncPlan.Builder<Row> planOfAnyBatchSize(String name, Sink<Row> target) {
        return SyncPlan.named(name)
                .from(FaultySource.named(name + ".from", InMemorySource.of(NEW).announcing(Products.SCHEMA), faults))
                .match(Matcher.<Row>on("id"))
                .into(FaultySink.named(name, target, faults))
                .deletes(Deletes.missing().unlimited())
                .retries(Retries.upTo(2, Duration.ZERO))
                .threads(threads);
    }

    private SyncGroup.Builder group() {
        // children first, so that the order is not that of the plans
        return SyncGroup.named("shop")
                .add(plan("orders", orders).build())
                .add(plan("customers", customers).build());
    }

    private static GroupException failure(SyncGroup group) {
        GroupException thrown = catchThrowableOfType(GroupException.class, group::run);
        assertThat(thrown).as("the failure of the group").isNotNull();
        return thrown;
    }

    private static List<SyncReport> plans(GroupException failure) {
        return failure.groupReport().orElseThrow().plans();
    }

    private List<String> writes() {
        return faults.calls().stream()
                .filter(call -> call.matches("[a-z]+\\.(write|commit).*"))
                .toList();
    }

    private boolean isOld(InMemorySink sink) {
        return sink.content().equals(OLD);
    }

    private boolean isNew(InMemorySink sink) {
        return Set.copyOf(sink.content()).equals(Set.copyOf(NEW));
    }

    @AfterEach
    void nothing_is_left() {
        Thread.interrupted();
        threads.assertEnded();
        assertThat(customers.openWriters() + orders.openWriters()).isZero();
    }

    @Test
    void deletes_children_first_and_then_writes_parents_first() {
        SyncGroup group = group().build();

        GroupReport report = group.run();

        assertThat(report.outcome()).isEqualTo(RunOutcome.SUCCEEDED);
        assertThat(report.plans()).extracting(SyncReport::plan).containsExactly("orders", "customers");
        assertThat(report.written()).isEqualTo(10);
        assertThat(writes())
                .containsExactly(
                        "orders.write#1",
                        "orders.commit",
                        "customers.write#1",
                        "customers.commit",
                        "customers.write#1",
                        "customers.write#2",
                        "customers.commit",
                        "orders.write#1",
                        "orders.write#2",
                        "orders.commit");
        assertThat(orders.writes().get(0)).allMatch(Change.Delete.class::isInstance);
        assertThat(isNew(customers) && isNew(orders)).isTrue();
        assertThat(group.run().written()).isZero();
        assertThat(report.toString()).contains("Group 'shop' succeeded").contains("Sync 'orders' succeeded");
    }

    @Test
    void takes_the_given_order_without_asking() {
        InMemorySink first = Products.target();
        InMemorySink second = Products.target();
        SyncGroup.named("given")
                .add(plan("first", first.referringTo(other -> true)).build())
                .add(plan("second", second.referringTo(other -> true)).build())
                .inThisOrder()
                .build()
                .run();

        assertThat(writes().get(0)).isEqualTo("first.write#1");
        assertThat(faults.calls()).noneMatch(call -> call.endsWith("refersTo"));
    }

    @Test
    void a_circle_is_named_with_its_remedy() {
        InMemorySink[] circle = new InMemorySink[3];
        SyncGroup.Builder group = SyncGroup.named("circle");
        for (int i = 0; i < 3; i++) {
            int next = (i + 1) % 3;
            circle[i] = Products.target().named("table " + i).referringTo(other -> other == circle[next]);
            group = group.add(plan("plan" + i, circle[i]).build());
        }

        GroupException failure = failure(group.build());

        assertThat(failure.code()).isEqualTo("E-GROUP-CIRCLE");
        assertThat(failure)
                .hasMessageContaining("table 0 refers to table 1 refers to table 2 refers to table 0")
                .hasMessageContaining("inThisOrder()");
        assertThat(writes()).isEmpty();
        assertThat(plans(failure)).hasSize(3);
    }

    @Test
    void writes_everything_in_one_transaction_when_asked() {
        GroupReport report = group().inOneTransaction().build().run();

        assertThat(report.outcome()).isEqualTo(RunOutcome.SUCCEEDED);
        assertThat(report.written()).isEqualTo(10);
        assertThat(customers.commits()).isEqualTo(1);
        assertThat(orders.commits()).isEqualTo(1);
        assertThat(isNew(customers) && isNew(orders)).isTrue();
        assertThat(writes())
                .filteredOn(call -> call.contains("write"))
                .containsExactly(
                        "orders.write#1",
                        "customers.write#1",
                        "customers.write#2",
                        "customers.write#3",
                        "orders.write#2",
                        "orders.write#3");
    }

    @Test
    void one_transaction_goes_without_the_plans_that_have_nothing_to_write() {
        // without a size of its own, a plan asks its writer how many changes it takes at once
        SyncGroup group = SyncGroup.named("shop")
                .add(planOfAnyBatchSize("orders", orders).build())
                .add(planOfAnyBatchSize("customers", customers).build())
                .inOneTransaction()
                .build();
        group.run();
        orders.removeIf(row -> row.value("id").equals(NEW.get(0).value("id")));

        GroupReport one = group.run();
        GroupReport none = group.run();

        assertThat(one.written()).isEqualTo(1);
        assertThat(none.outcome()).isEqualTo(RunOutcome.SUCCEEDED);
        assertThat(none.written()).isZero();
        assertThat(isNew(customers) && isNew(orders)).isTrue();
    }

    @Test
    void one_transaction_is_repeated_as_a_whole() {
        faults = Faults.of(Fault.before("orders.write#3").inPassing());
        GroupReport report = group().inOneTransaction()
                .retries(Retries.upTo(2, Duration.ZERO))
                .build()
                .run();

        assertThat(report.written()).isEqualTo(10);
        assertThat(report.plans().get(0).warnings()).hasSize(1);
        assertThat(faults.calls().stream().filter("customers.open"::equals)).hasSize(2);
        assertThat(isNew(customers) && isNew(orders)).isTrue();
    }

    @Test
    void refuses_one_transaction_for_targets_that_have_none_in_common() {
        InMemorySink elsewhere = Products.target().named("table elsewhere").in(new Object());
        for (Sink<Row> other : List.of(new WholeSink(), elsewhere)) {
            GroupException failure = failure(SyncGroup.named("refused")
                    .add(plan("customers", customers).build())
                    .add(plan("other", other).build())
                    .inOneTransaction()
                    .build());
            assertThat(failure.code()).isEqualTo("E-GROUP-TRANSACTION");
            assertThat(failure)
                    .hasMessageContaining(other.name() + " of plan 'other'")
                    .hasMessageContaining("leave out inOneTransaction()");
            assertThat(writes()).isEmpty();
            assertThat(isOld(customers)).isTrue();
        }
    }

    @Test
    void a_plan_that_cannot_be_compared_stops_all_before_the_first_write() {
        faults = Faults.of(Fault.before("customers.from.read"));

        GroupException failure = failure(group().build());

        assertThat(failure.code()).isEqualTo("E-READ");
        assertThat(failure).hasMessageContaining("plan 'customers'").hasMessageContaining("Nothing was written");
        assertThat(plans(failure)).extracting(SyncReport::outcome).containsOnly(RunOutcome.FAILED);
        assertThat(plans(failure).get(0).reasons().get(0)).contains("plan 'customers' of the same group failed");
        assertThat(plans(failure).get(0).counts().notWritten()).isEqualTo(5);
        assertThat(writes()).isEmpty();
    }

    @Test
    void tells_what_is_committed_when_a_later_plan_fails() {
        faults = Faults.of(Fault.before("orders.write#2"));

        GroupException failure = failure(group().build());

        assertThat(failure).hasMessageContaining("7 changes are committed");
        SyncReport ofOrders = plans(failure).get(0);
        SyncReport ofCustomers = plans(failure).get(1);
        assertThat(ofCustomers.outcome()).isEqualTo(RunOutcome.SUCCEEDED);
        assertThat(ofCustomers.counts().written()).isEqualTo(5);
        assertThat(ofOrders.outcome()).isEqualTo(RunOutcome.FAILED);
        assertThat(ofOrders.counts().deleted()).isEqualTo(2);
        assertThat(ofOrders.counts().notWritten()).isEqualTo(3);
        assertThat(group().build().run().written()).isEqualTo(3);
    }

    @Test
    void withholds_the_deletes_of_all_when_those_of_one_are_withheld() {
        SyncGroup group = SyncGroup.named("shop")
                .add(plan("orders", orders).deletes(Deletes.missing().atMost(1)).build())
                .add(plan("customers", customers).build())
                .build();
        try (GroupPreview preview = group.preview()) {
            assertThat(preview.plans()).allMatch(plan -> plan.changes().counts().deletes() == 0);
            assertThat(writes()).isEmpty();
        }

        GroupReport report = group.run();

        assertThat(report.outcome()).isEqualTo(RunOutcome.INCOMPLETE);
        assertThat(report.plans().get(1).guards()).containsExactly(DeleteGuard.GROUP);
        assertThat(report.plans()).allMatch(plan -> plan.counts().withheld() == 2);
        assertThat(report.plans()).allMatch(plan -> plan.withheld().size() == 2);
        assertThat(report.written()).isEqualTo(6);
    }

    @Test
    void a_preview_is_what_a_run_would_do_and_can_be_applied_once() {
        try (GroupPreview preview = group().build().preview()) {
            assertThat(preview.plans()).allMatch(plan -> plan.changes().counts().total() == 5);
            assertThat(preview.summary()).contains("orders: 2 inserts, 1 update, 2 deletes");
            assertThat(isOld(customers) && isOld(orders)).isTrue();
            assertThat(preview.apply().written()).isEqualTo(10);
            assertThatThrownBy(preview::apply).isInstanceOf(IllegalStateException.class);
        }
        assertThat(isNew(customers) && isNew(orders)).isTrue();
    }

    @Test
    void a_preview_is_not_applied_when_one_target_has_moved() {
        try (GroupPreview preview = group().build().preview()) {
            customers.insert(product(99));
            assertThatThrownBy(preview::apply)
                    .isInstanceOfSatisfying(
                            GroupException.class, e -> assertThat(e.code()).isEqualTo("E-TARGET-MOVED"));
            assertThat(isOld(orders)).isTrue();
        }
    }

    @Test
    void reports_all_mistakes_at_once() {
        SyncPlan<Row> parts = plan("parts", customers).commitEvery(2).build();
        assertThatThrownBy(() -> SyncGroup.named(" ")
                        .add(parts)
                        .add(parts)
                        .inOneTransaction()
                        .build())
                .isInstanceOfSatisfying(
                        PlanException.class, e -> assertThat(e.problems()).hasSizeGreaterThanOrEqualTo(3));
        assertThatThrownBy(() -> SyncGroup.named("empty").build()).hasMessageContaining("has no plans");
    }

    @Test
    void can_be_cancelled_from_elsewhere() throws InterruptedException {
        Object started = new Object();
        dev.datasync.GroupHandle[] handle = {null};
        faults = Faults.of(Fault.before("customers.write#1").doing(() -> {
            synchronized (started) {
                handle[0].cancel();
            }
        }));
        synchronized (started) {
            handle[0] = group().build().start();
        }
        GroupException thrown = catchThrowableOfType(GroupException.class, () -> handle[0].await());
        assertThat(thrown.groupReport().orElseThrow().outcome()).isEqualTo(RunOutcome.CANCELLED);
        assertThat(plans(thrown)).extracting(SyncReport::outcome).containsOnly(RunOutcome.CANCELLED);
    }

    /** Something goes wrong at every call: in one transaction all is old or all is new, and the next run is right. */
    @TestFactory
    Stream<DynamicTest> converges_whatever_fails() {
        group().build().run();
        List<String> calls = faults.calls().stream().distinct().toList();
        List<DynamicTest> tests = new ArrayList<>();
        for (boolean isJoint : new boolean[] {false, true}) {
            for (String call : calls) {
                for (Fault fault : List.of(
                        Fault.before(call),
                        Fault.after(call),
                        Fault.before(call).lasting(),
                        Fault.after(call).interrupting(),
                        Fault.before(call).throwing(() -> new StackOverflowError("injected")))) {
                    tests.add(DynamicTest.dynamicTest((isJoint ? "jointly: " : "") + fault, () -> {
                        SyncGroupTest fresh = new SyncGroupTest();
                        fresh.check(isJoint, fault);
                    }));
                }
            }
        }
        return tests.stream();
    }

    @SuppressWarnings("try") // the log is not of interest, and there is much of it
    private void check(boolean isJoint, Fault fault) {
        faults = Faults.of(fault);
        SyncGroup.Builder builder = group();
        SyncGroup group = (isJoint ? builder.inOneTransaction() : builder).build();
        GroupReport report = null;
        try (CapturedLog log = new CapturedLog()) {
            report = group.run();
        } catch (GroupException e) {
            report = e.groupReport().orElseThrow();
        } catch (StackOverflowError e) {
            // passed on as it is
        }
        Thread.interrupted();
        long there = changes(customers) + changes(orders);
        if (report != null) {
            assertThat(report.written()).as("confirmed, in %s", report).isLessThanOrEqualTo(there);
            assertThat(report.written() + report.unknown()).isGreaterThanOrEqualTo(there);
            for (SyncReport plan : report.plans()) {
                assertThat(plan.outcome() == RunOutcome.SUCCEEDED)
                        .as("%s", plan)
                        .isEqualTo(plan.reasons().isEmpty());
            }
        }
        if (isJoint) {
            assertThat(there).as("changes that are there").isIn(0L, 10L);
        }
        faults.heal();
        threads.assertEnded();
        assertThat(group.run().outcome()).isEqualTo(RunOutcome.SUCCEEDED);
        assertThat(isNew(customers) && isNew(orders)).isTrue();
        assertThat(group.run().written()).isZero();
    }

    private static long changes(InMemorySink sink) {
        List<Row> rows = sink.content();
        long deleted =
                OLD.subList(0, 2).stream().filter(row -> !rows.contains(row)).count();
        return deleted + rows.stream().filter(row -> !OLD.contains(row)).count();
    }
}
