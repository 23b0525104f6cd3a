package dev.datasync.files;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** UTF-16 without a header. */
class CsvUtf16SinkContractTest extends CsvSinkContractTest {

    @Override
    protected CsvFile file(Path path) {
        return CsvFile.at(path).charset(StandardCharsets.UTF_16).withoutHeader("id", "name", "note");
    }
}
