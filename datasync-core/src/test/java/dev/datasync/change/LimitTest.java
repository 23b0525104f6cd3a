package dev.datasync.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.datasync.run.RunOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LimitTest {

    @ParameterizedTest
    @CsvSource({
        "10, 0, 10, 1000, true",
        "10, 0, 11, 1000, false",
        "0, 10, 100, 1000, true",
        "0, 10, 101, 1000, false",
        "10, 10, 10, 20, true",
        "10, 10, 11, 20, false",
        "10, 10, 11, 110, true",
        "10, 10, 11, 109, false",
        "0, 0, 0, 0, true",
        "0, 0, 1, 2, false",
        "0, 100, 2, 2, true"
    })
    void allows_up_to_the_number_or_up_to_the_share(
            long records, double percent, long count, long total, boolean allowed) {
        assertThat(new Limit(records, percent).allows(count, total)).isEqualTo(allowed);
    }

    @Test
    void reads_as_a_person_writes_it() {
        assertThat(Limit.records(50).or(Limit.percent(5))).hasToString("50 records or 5 %");
        assertThat(Limit.records(1)).hasToString("1 record");
        assertThat(Limit.percent(2.5)).hasToString("2.5 %");
        assertThat(Limit.none()).hasToString("no limit");
        assertThat(Limit.records(12_000)).hasToString("12,000 records");
    }

    @Test
    void refuses_what_is_no_limit() {
        assertThatThrownBy(() -> Limit.records(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Limit.percent(101)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Limit.percent(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void the_default_of_deletes_is_ten_records_or_ten_percent() {
        assertThat(Deletes.missing().limit()).isEqualTo(new Limit(10, 10));
        assertThat(Deletes.missing().atMost(50).or(Limit.percent(5)).limit()).isEqualTo(new Limit(50, 5));
        assertThat(Deletes.missing().unlimited().limit()).isEqualTo(Limit.none());
    }

    @Test
    void what_makes_a_reading_doubtful_cannot_be_overridden() {
        assertThatThrownBy(() -> RunOptions.allowDeletesDespite(DeleteGuard.INCOMPLETE_SOURCE))
                .hasMessageContaining("cannot be overridden");
        assertThatThrownBy(() -> RunOptions.allowDeletesDespite(DeleteGuard.REJECTED_RECORDS))
                .hasMessageContaining("cannot be overridden");
        assertThat(RunOptions.allowDeletesDespite(DeleteGuard.LIMIT, DeleteGuard.EMPTY_SOURCE)
                        .overriddenGuards())
                .containsExactlyInAnyOrder(DeleteGuard.LIMIT, DeleteGuard.EMPTY_SOURCE);
    }
}
