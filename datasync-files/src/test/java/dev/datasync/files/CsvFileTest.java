package dev.datasync.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.Endpoint;
import dev.datasync.source.ReadException;
import dev.datasync.source.Receiver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvFileTest {

    @TempDir
    private Path folder;

    /** What a row of some tests becomes. */
    public record Product(int id, String name) {}

    @Test
    void names_itself_and_its_lines() {
        CsvFile file = CsvFile.at(Path.of("products.csv"));

        assertThat(file.name()).isEqualTo("CSV file products.csv");
        assertThat(file).hasToString("CSV file products.csv");
        assertThat(file.locate(17)).isEqualTo("products.csv line 17");
    }

    @Test
    void options_make_another_file_and_leave_the_first_as_it_is() throws Exception {
        CsvFile commas = CsvFile.at(Csv.write(folder, "products.csv", "a;b,c\n1;2,3\n"));
        CsvFile semicolons = commas.delimiter(';');

        assertThat(semicolons.schema()).contains(Schema.ofText("a", "b,c"));
        assertThat(commas.schema()).contains(Schema.ofText("a;b", "c"));
    }

    @Test
    void knows_the_columns_by_the_header_alone() throws Exception {
        CsvFile file = CsvFile.at(Csv.write(folder, "products.csv", "id,name\n1\n"));

        assertThat(file.storedSchema()).contains(Schema.ofText("id", "name"));
    }

    @Test
    void has_no_columns_before_it_exists_and_takes_those_that_come_or_were_named() throws Exception {
        CsvFile file = CsvFile.at(folder.resolve("new.csv"));
        Schema incoming =
                Row.of("id", 1L, "price", new java.math.BigDecimal("1.10")).schema();

        assertThat(file.storedSchema()).isEmpty();
        assertThat(file.schemaFor(incoming, List.of())).isEqualTo(Schema.ofText("id", "price"));
        assertThat(file.columns("name", "id").schemaFor(incoming, List.of())).isEqualTo(Schema.ofText("name", "id"));
    }

    @Test
    void refuses_columns_that_no_header_can_have() {
        CsvFile file = CsvFile.at(folder.resolve("new.csv"));

        assertThatThrownBy(() -> file.columns("id", "ID")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> file.columns("id", " ")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(file::columns).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> file.schemaFor(Schema.ofText("id", "Id"), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'Id'");
    }

    @Test
    void refuses_delimiters_and_quotes_that_cannot_be_told_apart() {
        CsvFile file = CsvFile.at(folder.resolve("new.csv"));

        for (char unusable : new char[] {'"', '\n', '\r', 0, '\u00a7'}) {
            assertThatThrownBy(() -> file.delimiter(unusable)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> file.quote(',')).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void can_be_read_in_the_order_that_it_was_said_to_have() throws Exception {
        CsvFile file =
                CsvFile.at(Csv.write(folder, "products.csv", "id,name\n")).sortedBy("id", "name");

        assertThat(file.canOrderBy(List.of("id"))).isTrue();
        assertThat(file.canOrderBy(List.of("ID", "name"))).isTrue();
        assertThat(file.canOrderBy(List.of("name"))).isFalse();
        assertThat(file.canOrderBy(List.of("id", "name", "price"))).isFalse();
        assertThat(CsvFile.at(Path.of("products.csv")).canOrderBy(List.of("id")))
                .isFalse();
        // new records go to the end
        assertThat(file.existing().canOrderBy(List.of("id"))).isFalse();
    }

    @Test
    void refuses_an_order_by_columns_that_it_does_not_have() {
        CsvFile file =
                CsvFile.at(Csv.write(folder, "products.csv", "id,name\n")).sortedBy("identity");

        ReadException failure = Csv.failure(file);

        assertThat(failure.code()).isEqualTo("E-CSV-COLUMN");
        assertThat(failure).hasMessageContaining("'identity'");
    }

    @Test
    void estimates_its_rows() {
        StringBuilder content = new StringBuilder("id,name\n");
        for (int i = 100_000; i < 150_000; i++) {
            content.append(i).append(",some name\n");
        }
        CsvFile file = CsvFile.at(Csv.write(folder, "products.csv", content.toString()));

        assertThat(file.estimatedSize().orElseThrow()).isBetween(49_000L, 51_000L);
        assertThat(file.existing().estimatedSize()).isEqualTo(file.estimatedSize());
        assertThat(CsvFile.at(folder.resolve("missing.csv")).estimatedSize()).isEmpty();
    }

    @Test
    void reads_java_records_and_rejects_rows_that_are_none() throws Exception {
        Endpoint<Product> products = CsvFile.at(Csv.write(folder, "products.csv", "ID,name\n1,hat\nx,coat\n3,shoe\n"))
                .as(Product.class);
        List<Object> received = new ArrayList<>();

        products.read(
                new Receiver<Product>() {
                    @Override
                    public void accept(Product product) {
                        received.add(product);
                    }

                    @Override
                    public void accept(Product product, long position) {
                        received.add(product);
                    }

                    @Override
                    public void reject(long position, String reason) {
                        received.add(products.locate(position));
                    }
                },
                new Csv.Reading());

        assertThat(received)
                .containsExactly(
                        new Product(1, "hat"), folder.resolve("products.csv") + " line 3", new Product(3, "shoe"));
    }
}
