package dev.datasync.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.SyncPlan;
import dev.datasync.files.CsvFile;
import dev.datasync.files.ExcelFile;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import dev.datasync.testkit.InMemorySource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PriceListsTest {

    @TempDir
    private Path folder;

    private void sales(Row... prices) {
        SyncPlan.named("sales")
                .from(InMemorySource.of(prices))
                .match(Matcher.<Row>on("sku"))
                .into(ExcelFile.at(folder.resolve("prices.xlsx")).sheet("Spring"))
                .build()
                .run();
    }

    @Test
    void the_web_shop_gets_the_prices_of_sales_and_nothing_is_written_twice() throws Exception {
        sales(Row.of("sku", "007", "price", "14.90"), Row.of("sku", "014", "price", "39.90"));
        Path json = folder.resolve("prices.json");

        assertThat(PriceLists.prices(folder).run().counts().inserted()).isEqualTo(2);
        String written = Files.readString(json);

        assertThat(written).contains("\"007\"", "39.9");
        assertThat(PriceLists.prices(folder).run().counts().written()).isZero();
        assertThat(Files.readString(json)).isEqualTo(written);

        sales(Row.of("sku", "007", "price", "15.90"));
        assertThat(PriceLists.prices(folder).run().counts().updated()).isEqualTo(1);
        assertThat(Files.readString(json)).isEqualTo(written.replace("14.9", "15.9"));
    }

    @Test
    void the_orders_of_all_days_become_one_list() throws Exception {
        Path inbox = Files.createDirectory(folder.resolve("inbox"));
        Files.writeString(
                inbox.resolve("orders-1.csv"),
                "id;day;buyer;amount\n1;31.12.2025;Müller;1.234,50\nEND;1\n",
                StandardCharsets.ISO_8859_1);
        Files.writeString(
                inbox.resolve("orders-2.csv"),
                "id;day;buyer;amount\n2;01.01.2026;Kim;0,99\n3;01.01.2026;Kim;5\nEND;2\n",
                StandardCharsets.ISO_8859_1);
        Path all = folder.resolve("all.csv");

        SyncPlan.named("orders")
                .from(PriceLists.orders(inbox))
                .match(Matcher.<Row>on("id"))
                .into(CsvFile.at(all))
                .build()
                .run();

        assertThat(Files.readAllLines(all))
                .containsExactly(
                        "id,day,buyer,amount,file",
                        "1,2025-12-31,Müller,1234.5,orders-1.csv",
                        "2,2026-01-01,Kim,0.99,orders-2.csv",
                        "3,2026-01-01,Kim,5,orders-2.csv");
    }
}
