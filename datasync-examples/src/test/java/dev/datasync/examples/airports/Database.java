package dev.datasync.examples.airports;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.postgresql.PGConnection;

/** What the tests ask a database by themselves, in SQL and without DataSync. */
record Database(DataSource dataSource) {

    void execute(String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    long count(String query) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select count(*) from (" + query + ") counted")) {
            result.next();
            return result.getLong(1);
        }
    }

    void create(AirportTable table, String name) throws SQLException {
        execute("drop table if exists \"" + name + "\"");
        execute(table.ddl(name));
    }

    /** Loads a file by the database's own reader of CSV. */
    void load(Path file, String name) throws SQLException, IOException {
        try (Connection connection = dataSource.getConnection()) {
            if (connection.isWrapperFor(PGConnection.class)) {
                try (InputStream in = Files.newInputStream(file)) {
                    connection
                            .unwrap(PGConnection.class)
                            .getCopyAPI()
                            .copyIn(
                                    "copy \"" + name + "\" from stdin with (format csv, header true, encoding 'UTF8')",
                                    in);
                }
            } else {
                execute("insert into \"" + name + "\" select * from csvread('" + file + "', null, 'charset=UTF-8')");
            }
        }
    }

    /** Returns how many rows only one of two tables has. The tables have keys, so no row is there twice. */
    long differences(String one, String other) throws SQLException {
        String template = "select * from \"%s\" except select * from \"%s\"";
        return count(template.formatted(one, other)) + count(template.formatted(other, one));
    }
}
