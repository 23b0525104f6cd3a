package dev.datasync.examples;

import dev.datasync.SyncPlan;
import dev.datasync.change.Deletes;
import dev.datasync.change.Limit;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import dev.datasync.sink.Sink;
import dev.datasync.source.Source;

/** A plan whose two ends are left open, so that a unit test can put its own in their place. */
public final class Prices {

    private Prices() {}

    /**
     * Returns a plan that brings a price list in cents into the shop.
     *
     * @param list the price list, with fields item, cents and active
     * @param shop the shop's prices, with fields sku and price
     * @return the plan
     */
    // readme: testable-plan
    public static SyncPlan<Row> plan(Source<Row> list, Sink<Row> shop) {
        return SyncPlan.named("prices")
                .from(list)
                .filter(row -> row.bool("active"))
                .map(row -> row.rename("item", "sku")
                        .with("price", row.decimal("cents").movePointLeft(2))
                        .select("sku", "price"))
                .match(Matcher.on("sku"))
                .into(shop)
                .deletes(Deletes.missing().atMost(50).or(Limit.percent(5)))
                .build();
    }
    // end
}
