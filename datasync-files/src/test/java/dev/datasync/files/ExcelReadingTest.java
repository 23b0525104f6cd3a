package dev.datasync.files;

import static java.util.Arrays.asList;
import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.row.FieldType;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExcelReadingTest {

    @TempDir
    private Path folder;

    private static Object[] row(Object... values) {
        return values;
    }

    @ParameterizedTest
    @ValueSource(strings = {"xlsx", "xls"})
    void reads_cells_by_their_own_type(String kind) throws Exception {
        Path path = Excel.write(
                folder.resolve("prices." + kind),
                row("id", "name", "price", "since", "changed", "is sold"),
                row(
                        1,
                        "hat",
                        1.1,
                        LocalDate.of(2024, 2, 29),
                        LocalDateTime.of(2024, 2, 29, 13, 14, 15, 16_000_000),
                        true),
                row(null, null, null),
                row(2, "", -0.5, LocalDate.of(1900, 1, 1), LocalDateTime.of(9999, 12, 31, 23, 59, 59), false),
                row(3, "007"));

        Excel.Read read = Excel.read(ExcelFile.at(path));

        assertThat(read.rejections()).isEmpty();
        assertThat(read.positions()).containsExactly(2L, 4L, 5L);
        assertThat(read.values())
                .containsExactly(
                        List.of(
                                1L,
                                "hat",
                                new BigDecimal("1.1"),
                                LocalDate.of(2024, 2, 29),
                                LocalDateTime.of(2024, 2, 29, 13, 14, 15, 16_000_000),
                                true),
                        List.of(
                                2L,
                                "",
                                new BigDecimal("-0.5"),
                                LocalDate.of(1900, 1, 1),
                                LocalDateTime.of(9999, 12, 31, 23, 59, 59),
                                false),
                        asList(3L, "007", null, null, null, null));
        assertThat(Excel.stored(ExcelFile.at(path)).fields().stream().map(Object::toString))
                .containsExactly(
                        "id decimal",
                        "name text",
                        "price decimal",
                        "since date",
                        "changed timestamp(9)",
                        "is sold boolean");
        assertThat(ExcelFile.at(path).schema().orElseThrow().field("id").type()).isEqualTo(FieldType.any());
    }
}
