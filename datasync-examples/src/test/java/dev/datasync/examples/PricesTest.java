package dev.datasync.examples;

import static dev.datasync.testkit.DataSyncAssertions.assertThatPlan;
import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.SyncPlan;
import dev.datasync.change.DeleteGuard;
import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.testkit.InMemorySink;
import dev.datasync.testkit.InMemorySource;
import org.junit.jupiter.api.Test;

// readme: plan-test
class PricesTest {

    private final InMemorySink shop = InMemorySink.of(
                    Schema.of(Field.of("sku", FieldType.text(10)), Field.of("price", FieldType.decimal(9, 2))), "sku")
            .holding(Row.of("sku", "007", "price", "14.90"));

    @Test
    void cents_become_a_price_and_inactive_items_are_left_out() {
        SyncPlan<Row> plan = Prices.plan(
                InMemorySource.of(
                        Row.of("item", "007", "cents", 1590, "active", true),
                        Row.of("item", "008", "cents", 900, "active", false)),
                shop);

        assertThatPlan(plan).updates(1).inserts(0).deletes(0);
        assertThatPlan(plan).converges();
        assertThat(shop.content()).extracting(row -> row.text("price")).containsExactly("15.90");
    }

    @Test
    void an_empty_list_deletes_nothing() {
        SyncPlan<Row> plan = Prices.plan(InMemorySource.of(), shop);

        assertThatPlan(plan).withholds(1, DeleteGuard.EMPTY_SOURCE);
    }
}
// end
