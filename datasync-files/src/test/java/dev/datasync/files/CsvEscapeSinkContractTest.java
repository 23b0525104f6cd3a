package dev.datasync.files;

import java.nio.file.Path;

/** Backslashes, comments, title lines and a null token. */
class CsvEscapeSinkContractTest extends CsvSinkContractTest {

    @Override
    protected CsvFile file(Path path) {
        return CsvFile.at(path).escape('\\').comment('#').skipLines(2).nullToken("\\N");
    }
}
