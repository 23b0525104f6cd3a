package dev.datasync.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.source.Completion;
import dev.datasync.source.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class InMemorySourceTest extends SourceContract {

    private final List<InMemorySource<Row>> made = new ArrayList<>();

    @Override
    protected Schema schema() {
        return TestData.EVERY_TYPE;
    }

    @Override
    protected Source<Row> sourceOf(Schema schema, List<Row> rows) {
        InMemorySource<Row> source = InMemorySource.of(rows).announcing(schema).ordered();
        made.add(source);
        return source;
    }

    @Override
    protected OptionalInt openResources() {
        return OptionalInt.of(made.stream()
                .mapToInt(source -> source.openings() - source.closings())
                .sum());
    }

    @Test
    void says_that_it_is_incomplete() throws Exception {
        InMemorySource<Row> source = InMemorySource.of(Row.of("id", 1)).incomplete("page limit");
        Reading<Row> reading = Reading.of(source);
        assertThat(reading.records()).hasSize(1);
        assertThat(reading.completion()).isEqualTo(Completion.incomplete("page limit"));
        assertThat(source.openings()).isEqualTo(1);
        assertThat(source.closings()).isEqualTo(1);
    }

    @Test
    void tells_of_records_that_cannot_be_read() throws Exception {
        Reading<Row> reading = Reading.of(InMemorySource.of(Row.of("id", 1)).rejecting("not a number"));
        assertThat(reading.records()).hasSize(1);
        assertThat(reading.rejections()).containsExactly("record 2: not a number");
    }
}
