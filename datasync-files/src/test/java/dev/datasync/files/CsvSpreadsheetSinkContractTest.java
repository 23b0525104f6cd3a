package dev.datasync.files;

import java.nio.file.Path;

/** For spreadsheets. */
class CsvSpreadsheetSinkContractTest extends CsvSinkContractTest {

    @Override
    protected CsvFile file(Path path) {
        return CsvFile.at(path).delimiter(';').spreadsheetSafe(SpreadsheetSafety.ESCAPE);
    }
}
