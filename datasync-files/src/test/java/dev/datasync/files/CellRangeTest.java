package dev.datasync.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CellRangeTest {

    @ParameterizedTest
    @CsvSource({
        "B3:F200, 3, 200, 2, 6",
        "b3:f, 3, 1048576, 2, 6",
        "B:F, 1, 1048576, 2, 6",
        "$A$1:$XFD$1048576, 1, 1048576, 1, 16384",
        "' AA10:AZ10 ', 10, 10, 27, 52",
        "C4:C4, 4, 4, 3, 3"
    })
    void reads_the_notation_of_excel(String text, int firstRow, int lastRow, int firstColumn, int lastColumn) {
        assertThat(CellRange.parse(text)).isEqualTo(new CellRange(firstRow, lastRow, firstColumn, lastColumn));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "B3",
                "3:4",
                "F3:B3",
                "B9:C3",
                "B0:C3",
                "A1:XFE1",
                "A1:B1048577",
                "A1:B9999999",
                "A1-B2",
                "Data!A1:B2"
            })
    void refuses_everything_else(String text) {
        assertThatThrownBy(() -> CellRange.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no range of cells");
    }

    @ParameterizedTest
    @CsvSource({"1, 1, A1", "17, 4, D17", "1, 26, Z1", "2, 27, AA2", "1048576, 16384, XFD1048576"})
    void names_cells_as_a_person_does(int row, int column, String name) {
        assertThat(CellRange.cell(row, column)).isEqualTo(name);
        assertThat(CellRange.parse(name + ":" + name)).isEqualTo(new CellRange(row, row, column, column));
    }
}
