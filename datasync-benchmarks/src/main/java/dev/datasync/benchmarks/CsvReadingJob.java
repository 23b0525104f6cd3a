package dev.datasync.benchmarks;

import dev.datasync.files.CsvFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** A CSV file into rows, against the parser alone: it decodes, splits and makes strings, and checks nothing. */
final class CsvReadingJob implements Job {

    private static final int ROWS = 1_000_000;
    private static final String FILE = "data.csv";

    @Override
    public String name() {
        return "csv-read";
    }

    @Override
    public String work() {
        return "a CSV file of 1,000,000 x 10 into rows";
    }

    @Override
    public int heap() {
        return 96;
    }

    @Override
    public double aim() {
        // the rows come at 0.7 of the parser's speed
        return 1 / 0.7;
    }

    @Override
    public void prepare(Path folder, Size size, Postgres postgres) throws IOException {
        try (Writer out = Files.newBufferedWriter(folder.resolve(FILE))) {
            out.write("id,name,note,price,stock,active,born,changed,code,comment\n");
            for (int i = 0; i < size.rows(ROWS); i++) {
                out.write(
                        i + ",name " + i + ",\"a note, with \"\"quotes\"\" " + i + "\"," + i / 100 + "." + i % 100 / 10
                                + i % 10 + "," + i % 977 + "," + (i % 3 == 0) + ",2025-0" + (1 + i % 9) + "-1" + i % 10
                                + ",2025-06-01T12:00:" + (10 + i % 50) + "Z,Übergröße " + i % 100 + ","
                                + (i % 5 == 0 ? "" : "c" + i)
                                + "\n");
            }
        }
    }

    @Override
    public List<Contestant> contestants() {
        return List.of(
                new Contestant("DataSync", (folder, size) -> Reading.valuesOf(CsvFile.at(folder.resolve(FILE)))),
                new Contestant("Commons CSV alone", (folder, size) -> parse(folder.resolve(FILE))));
    }

    private static long parse(Path file) throws IOException {
        long values = 0;
        try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.UTF_8);
                CSVParser parser = CSVParser.builder()
                        .setReader(in)
                        .setFormat(CSVFormat.RFC4180
                                .builder()
                                .setHeader()
                                .setSkipHeaderRecord(true)
                                .get())
                        .get()) {
            for (CSVRecord row : parser) {
                for (int i = 0; i < row.size(); i++) {
                    if (!row.get(i).isEmpty()) {
                        values++;
                    }
                }
            }
        }
        return values;
    }
}
