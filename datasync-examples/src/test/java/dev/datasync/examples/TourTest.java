package dev.datasync.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TourTest {

    @TempDir
    private Path folder;

    private String tour() throws Exception {
        return output(folder.resolve("products.csv"));
    }

    static String output(Path csv) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new Tour(new PrintStream(bytes, true, StandardCharsets.UTF_8)).take(csv);
        return bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    }

    /** Returns what is printed under each numbered heading. */
    private List<String> stops() throws Exception {
        List<String> stops = new ArrayList<>(List.of(tour().split("(?m)^(?=\\d\\. )")));
        stops.remove(0);
        return stops;
    }

    @Test
    void has_six_stops() throws Exception {
        assertThat(stops()).hasSize(6);
    }

    @Test
    void shows_what_would_change_as_a_table() throws Exception {
        assertThat(stops().get(1))
                .containsPattern("delete +sku=400 +\\{sku=400, name=Calendar 2025, ")
                .containsPattern("update +sku=007 +price +14.90 +15.90\n")
                .containsPattern("update +sku=014 +price +39.90 +34.90\n +stock +8 +5\n")
                .containsPattern("update +sku=022 +stock +80 +null\n")
                .containsPattern("insert +sku=401 +\\{sku=401, name=Calendar 2026, ")
                .containsPattern("insert +sku=7 +\\{sku=7, name=Mug, price=8.50, ")
                .contains("2 inserts, 3 updates, 1 delete; 8 unchanged\n");
    }

    @Test
    void applies_the_preview_with_a_progress_line_and_a_report() throws Exception {
        assertThat(stops().get(2))
                .contains("... products: apply 6 of 6\n")
                .contains("Sync 'products' succeeded in")
                .contains("2 inserted, 3 updated, 1 deleted\n")
                .contains("product 007 costs 15.90 and still lies on shelf A1.\n");
    }

    @Test
    void has_nothing_left_to_do_the_second_time() throws Exception {
        assertThat(stops().get(3))
                .contains("Sync 'products' succeeded in")
                .contains("0 inserted, 0 updated, 0 deleted\n")
                .containsPattern("unchanged +13\n")
                .doesNotContain("...");
    }

    @Test
    void brings_the_table_into_a_web_shop() throws Exception {
        assertThat(stops().get(4))
                .contains("Sync 'web shop' succeeded in")
                .contains("11 inserted, 1 updated, 1 deleted\n")
                .containsPattern("unchanged +1\n")
                .contains("The server was sent DELETE /products/400, PATCH /products/007, POST /products.\n")
                .contains("The second run sends 0 changes.\n");
    }

    @Test
    void refuses_to_empty_the_table() throws Exception {
        assertThat(stops().get(5))
                .contains("Sync 'products' incomplete in")
                .contains("refused to delete 13 of 13 target records (100 %): the source is empty")
                .containsPattern("withheld +13 deletes\n")
                .contains("the table still has 13 products.\n");
    }

    @Test
    void leaves_no_file_behind() throws Exception {
        tour();

        assertThat(folder).isEmptyDirectory();
    }
}
