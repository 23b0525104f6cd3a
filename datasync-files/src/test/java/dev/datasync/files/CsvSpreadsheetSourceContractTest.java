package dev.datasync.files;

import java.nio.file.Path;

/** For spreadsheets. */
class CsvSpreadsheetSourceContractTest extends CsvSourceContractTest {

    @Override
    protected CsvFile file(Path path) {
        return CsvFile.at(path).delimiter(';').spreadsheetSafe(SpreadsheetSafety.ESCAPE);
    }
}
