package dev.datasync.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** A CSV file into a table, every row of it: batches of plain JDBC in one transaction. */
final class BatchLoader {

    static final int BATCH = 1_000;

    /** Inserts a row, or makes the one with this key equal to it. */
    static final String UPSERT = "insert into target (id, " + String.join(", ", Records.COLUMNS)
            + ") values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do update set "
            + Records.COLUMNS.stream()
                    .map(column -> column + " = excluded." + column)
                    .collect(Collectors.joining(", "));

    private BatchLoader() {}

    /** Returns how many rows were written. */
    static long load(Path file, String url) throws IOException, SQLException {
        long rows = 0;
        CSVFormat format = CSVFormat.RFC4180
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .get();
        try (Connection connection = DriverManager.getConnection(url);
                BufferedReader in = Files.newBufferedReader(file);
                CSVParser parser =
                        CSVParser.builder().setReader(in).setFormat(format).get()) {
            connection.setAutoCommit(false);
            try (PreparedStatement statement = connection.prepareStatement(UPSERT)) {
                for (CSVRecord row : parser) {
                    set(statement, row::get);
                    statement.addBatch();
                    rows++;
                    if (rows % BATCH == 0) {
                        statement.executeBatch();
                    }
                }
                statement.executeBatch();
            }
            connection.commit();
        }
        return rows;
    }

    /** Sets all values of a row from its texts. */
    static void set(PreparedStatement statement, IntFunction<String> texts) throws SQLException {
        statement.setLong(1, Long.parseLong(texts.apply(0)));
        statement.setString(2, texts.apply(1));
        statement.setString(3, texts.apply(2));
        statement.setString(4, texts.apply(3));
        statement.setBigDecimal(5, new BigDecimal(texts.apply(4)));
        statement.setInt(6, Integer.parseInt(texts.apply(5)));
        statement.setBoolean(7, Boolean.parseBoolean(texts.apply(6)));
        statement.setObject(8, LocalDate.parse(texts.apply(7)));
        statement.setObject(9, OffsetDateTime.parse(texts.apply(8)));
        String note = texts.apply(9);
        if (note.isEmpty()) {
            statement.setNull(10, Types.VARCHAR);
        } else {
            statement.setString(10, note);
        }
    }
}
