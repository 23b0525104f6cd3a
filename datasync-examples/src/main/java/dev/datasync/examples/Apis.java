package dev.datasync.examples;

import static dev.datasync.http.HttpMethod.DELETE;
import static dev.datasync.http.HttpMethod.PATCH;
import static dev.datasync.http.HttpMethod.POST;
import static dev.datasync.http.HttpMethod.PUT;

import dev.datasync.SyncPlan;
import dev.datasync.http.Authentication;
import dev.datasync.http.Bulk;
import dev.datasync.http.HttpApi;
import dev.datasync.http.HttpResource;
import dev.datasync.http.HttpTarget;
import dev.datasync.http.Paging;
import dev.datasync.jdbc.JdbcTable;
import dev.datasync.jdbc.JdbcWatermarks;
import dev.datasync.match.Matcher;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import javax.sql.DataSource;

/** What can be said of a REST API. */
public final class Apis {

    private Apis() {}

    /**
     * Describes an API with limits, which all plans keep together that use the object.
     *
     * @param address where the API is
     * @param login where it gives tokens
     * @param secret gives the secret whenever one is needed
     * @return the API
     */
    public static HttpApi crm(String address, String login, Supplier<String> secret) {
        // readme: http-api
        return HttpApi.at(address)
                .authentication(Authentication.clientCredentials(login, "datasync", secret)
                        .scope("customers"))
                .timeout(Duration.ofSeconds(30))
                .rateLimit(10, Duration.ofSeconds(1))
                .budget(Duration.ofMinutes(20));
        // end
    }

    /**
     * Reads people whose records are nested.
     *
     * @param crm the API
     * @return the people
     */
    public static HttpResource people(HttpApi crm) {
        // readme: http-records
        return crm.get("/people")
                .records("/data/items")
                .fields("id", "name", "address.city", "born")
                .types(Map.of("born", FieldType.date()))
                .flatten()
                .pages(Paging.offset("offset", "limit", 100))
                .total("/data/total")
                .ahead(4);
        // end
    }

    /**
     * Returns a plan that reads only what has changed since its last run.
     *
     * @param crm the API
     * @param shop the database with the table
     * @return the plan
     */
    public static SyncPlan<Row> changedOrders(HttpApi crm, DataSource shop) {
        // readme: http-incremental
        return SyncPlan.named("orders")
                .from(crm.get("/orders")
                        .pages(Paging.link())
                        .incrementalBy("updated_at", "since")
                        .overlap(Duration.ofMinutes(5)))
                .match(Matcher.on("id"))
                .into(JdbcTable.named("orders").in(shop))
                .watermarks(JdbcWatermarks.in(shop))
                .build();
        // end
    }

    /**
     * Writes customers with care: their numbers are the server's, and no answer that is lost leaves a doubt.
     *
     * @param crm the API
     * @return the customers
     */
    public static HttpTarget customers(HttpApi crm) {
        // readme: http-writes
        return crm.get("/customers")
                .pages(Paging.cursor("cursor", "/next"))
                .records("/customers")
                .insert(POST, "/customers")
                .update(PATCH, "/customers/{id}")
                .delete(DELETE, "/customers/{id}")
                .generated("id")
                .lookup("/customers?email={email}", "/customers")
                .ifMatch("version");
        // end
    }

    /**
     * Writes stocks, many with a request.
     *
     * @param shop the API
     * @return the stocks
     */
    public static HttpTarget stocks(HttpApi shop) {
        // readme: http-bulk
        return shop.get("/stocks")
                .insertMany(
                        POST,
                        "/stocks/bulk",
                        Bulk.of(100).resultsBy("/results", "sku").status("/status"))
                .update(PUT, "/stocks/{sku}");
        // end
    }
}
