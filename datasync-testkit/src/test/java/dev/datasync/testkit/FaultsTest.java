package dev.datasync.testkit;

import static dev.datasync.testkit.Products.products;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.datasync.SyncPlan;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class FaultsTest {

    @Test
    void records_the_calls_of_a_run() {
        Faults faults = Faults.of();
        SyncPlan.named("calls")
                .from(FaultySource.of(InMemorySource.of(products(1, 2)), faults))
                .match(Matcher.<Row>on("id"))
                .into(FaultySink.of(Products.target(products(1, 1)), faults))
                .build()
                .run();
        assertThat(faults.calls())
                .containsExactlyInAnyOrder(
                        "sink.schema",
                        "source.schema",
                        "sink.existing",
                        "source.identity",
                        "source.canOrderBy",
                        "source.estimatedSize",
                        "source.read",
                        "source.accept#1",
                        "source.accept#2",
                        "sink.estimatedSize",
                        "sink.read",
                        "sink.accept#1",
                        "sink.open",
                        "sink.write#1",
                        "sink.commit",
                        "sink.close")
                .containsSubsequence("source.read", "source.accept#1", "source.accept#2", "sink.open", "sink.commit");
        assertThat(faults.haveHappened()).isTrue();
    }

    @Test
    void happens_once_unless_it_lasts() throws Exception {
        Faults once = Faults.of(Fault.before("source.accept#2"));
        FaultySource<Row> source = FaultySource.of(InMemorySource.of(products(1, 3)), once);
        assertThat(once.haveHappened()).isFalse();
        assertThatThrownBy(() -> Reading.of(source))
                .isInstanceOf(IOException.class)
                .hasMessage("injected before source.accept#2");
        assertThat(once.haveHappened()).isTrue();
        assertThat(Reading.of(source).records()).hasSize(3);

        Faults lasting = Faults.of(Fault.before("source.accept#2").lasting());
        FaultySource<Row> broken = FaultySource.of(InMemorySource.of(products(1, 3)), lasting);
        assertThatThrownBy(() -> Reading.of(broken)).isInstanceOf(IOException.class);
        assertThatThrownBy(broken::schema).isInstanceOf(IOException.class);
        lasting.heal();
        assertThat(Reading.of(broken).records()).hasSize(3);
    }

    @Test
    void happens_before_or_after_the_effect() {
        InMemorySink before = Products.target();
        InMemorySink after = Products.target();
        assertThatThrownBy(() -> plan(before, Fault.before("sink.commit")).run())
                .hasRootCauseInstanceOf(IOException.class);
        assertThatThrownBy(() -> plan(after, Fault.after("sink.commit")).run())
                .hasRootCauseInstanceOf(IOException.class);
        assertThat(before.commits()).isZero();
        assertThat(before.content()).isEmpty();
        assertThat(after.commits()).isEqualTo(1);
        assertThat(after.content()).isEqualTo(products(1, 2));
        assertThat(before.openWriters() + after.openWriters()).isZero();
    }

    @Test
    void closes_the_writer_when_opening_it_fails_afterwards() {
        InMemorySink sink = Products.target();
        assertThatThrownBy(() -> plan(sink, Fault.after("sink.open")).run()).hasRootCauseInstanceOf(IOException.class);
        assertThat(sink.openWriters()).isZero();
    }

    @Test
    void throws_or_does_what_it_is_told_to() {
        InMemorySink sink = Products.target();
        assertThatThrownBy(() -> plan(
                                sink, Fault.before("sink.write#1").throwing(() -> new IllegalArgumentException("mine")))
                        .run())
                .hasRootCauseInstanceOf(IllegalArgumentException.class);
        plan(sink, Fault.before("sink.open").doing(() -> sink.insert(Products.product(9))))
                .run();
        assertThat(sink.content()).hasSize(3);
    }

    @Test
    void tells_itself_in_words() {
        assertThat(Fault.before("sink.write#2").lasting()).hasToString("before sink.write#2, lasting");
        assertThat(Fault.after("sink.commit")).hasToString("after sink.commit");
    }

    private static SyncPlan<Row> plan(InMemorySink sink, Fault fault) {
        return SyncPlan.named("faults")
                .from(InMemorySource.of(products(1, 2)))
                .match(Matcher.<Row>on("id"))
                .into(FaultySink.of(sink, Faults.of(fault)))
                .build();
    }
}
