package dev.datasync.files;

import java.nio.charset.Charset;
import java.nio.file.Path;

/** Compressed, in a Chinese encoding that has all characters. */
class CsvGzipSourceContractTest extends CsvSourceContractTest {

    @Override
    protected CsvFile file(Path path) {
        return CsvFile.at(path).gzip().charset(Charset.forName("GB18030"));
    }
}
