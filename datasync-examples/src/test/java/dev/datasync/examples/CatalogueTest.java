package dev.datasync.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.datasync.SyncPlan;
import dev.datasync.change.Deletes;
import dev.datasync.files.ExcelFile;
import dev.datasync.http.HttpApi;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import dev.datasync.run.SyncReport;
import dev.datasync.testkit.InMemorySource;
import java.math.BigDecimal;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogueTest {

    @TempDir
    private Path folder;

    private void write(Row... products) {
        SyncPlan.named("people")
                .from(InMemorySource.of(products))
                .match(Matcher.<Row>on("sku"))
                .into(ExcelFile.at(folder.resolve("products.xlsx")).sheet("Products"))
                .deletes(Deletes.missing())
                .build()
                .run();
    }

    private static Row product(String sku, String name, String price) {
        return Row.of("sku", sku, "name", name, "price", new BigDecimal(price));
    }

    @Test
    void a_workbook_becomes_the_catalogue_of_a_web_shop() throws Exception {
        write(product("014", "Desk lamp", "39.90"), product("a/b 1", "Größe 1", "1"));
        try (WebShop shop = WebShop.open()
                .selling("{\"sku\": \"014\", \"name\": \"Desk lamp\", \"price\": 45.00, \"rating\": 4.2}")
                .selling("{\"sku\": \"x ?&\", \"name\": \"Old\", \"price\": 1, \"rating\": 1.5}")) {
            SyncPlan<Row> plan = Catalogue.plan(folder.resolve("products.xlsx"), HttpApi.at(shop.address()));

            SyncReport first = plan.run();
            SyncReport second = plan.run();

            assertThat(shop.changes())
                    .containsExactlyInAnyOrder("POST /products", "PATCH /products/014", "DELETE /products/x ?&");
            assertThat(shop.products())
                    .isEqualTo("[{\"sku\":\"014\",\"name\":\"Desk lamp\",\"price\":39.9,\"rating\":4.2},"
                            + "{\"sku\":\"a/b 1\",\"name\":\"Größe 1\",\"price\":1}]");
            assertThat(first.counts().written()).isEqualTo(3);
            assertThat(second.counts().written()).isZero();
            assertThat(second.counts().unchanged()).isEqualTo(2);
        }
    }

    @Test
    void a_workbook_that_is_missing_leaves_the_catalogue_alone() throws Exception {
        try (WebShop shop = WebShop.open().selling("{\"sku\": \"014\", \"name\": \"Desk lamp\", \"price\": 45.00}")) {
            SyncPlan<Row> plan = Catalogue.plan(folder.resolve("none.xlsx"), HttpApi.at(shop.address()));

            assertThatThrownBy(plan::run).hasMessageContaining("[E-FILE-MISSING]");
            assertThat(shop.changes()).isEmpty();
        }
    }
}
