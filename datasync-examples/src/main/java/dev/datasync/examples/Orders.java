package dev.datasync.examples;

import dev.datasync.SyncPlan;
import dev.datasync.jdbc.JdbcTable;
import dev.datasync.match.Matcher;
import dev.datasync.source.Source;
import java.math.BigDecimal;
import java.util.List;
import javax.sql.DataSource;

/** A source of your own in one line, over whatever your application has already. */
public final class Orders {

    private Orders() {}

    /**
     * An order.
     *
     * @param number what identifies the order
     * @param total what it costs
     */
    public record Order(String number, BigDecimal total) {}

    /** Where an application keeps its orders. */
    public interface OrderRepository {

        /**
         * Returns all orders.
         *
         * @return the orders
         */
        List<Order> findAll();
    }

    /**
     * Returns a plan that brings an application's orders into a table.
     *
     * @param repository where the orders are
     * @param reports the database with the table
     * @return the plan
     */
    public static SyncPlan<Order> plan(OrderRepository repository, DataSource reports) {
        // readme: source-in-one-line
        Source<Order> orders = Source.of(repository::findAll);
        // end
        return SyncPlan.named("orders")
                .from(orders)
                .match(Matcher.by(Order::number))
                .into(JdbcTable.named("orders").in(reports).as(Order.class))
                .build();
    }
}
