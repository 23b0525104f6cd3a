package dev.datasync.jdbc.database;

import dev.datasync.row.FieldType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/** A database of SQLite in a file, set as by a host that reads and writes at the same time. */
public final class SqliteDatabase implements TestDatabase {

    private static final int BUSY_MILLISECONDS = 5_000;

    private final Path folder;
    private final DataSource dataSource;

    public SqliteDatabase() {
        try {
            folder = Files.createTempDirectory("datasync-sqlite");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setBusyTimeout(BUSY_MILLISECONDS);
        config.enforceForeignKeys(true);
        SQLiteDataSource file = new SQLiteDataSource(config);
        file.setUrl("jdbc:sqlite:" + folder.resolve("test.db"));
        dataSource = file;
    }

    @Override
    public DataSource dataSource() {
        return dataSource;
    }

    @Override
    public String columnType(FieldType type) {
        if (type.equals(FieldType.text())) {
            return "text";
        }
        if (type instanceof FieldType.Moment moment) {
            return "timestamptz(" + moment.fractionDigits() + ")";
        }
        return type instanceof FieldType.Binary ? "blob" : TestDatabase.super.columnType(type);
    }

    @Override
    public Object bindable(Object value) {
        if (value instanceof Boolean || value instanceof byte[] || value instanceof Number) {
            return value;
        }
        return value.toString();
    }

    @Override
    public DataSource unreachable(String password) {
        SQLiteDataSource nowhere = new SQLiteDataSource();
        nowhere.setUrl("jdbc:sqlite:" + folder.resolve("no such folder") + "/test.db?password=" + password);
        return nowhere;
    }

    @Override
    public void close() {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : List.copyOf(files.toList())) {
                Files.delete(file);
            }
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
