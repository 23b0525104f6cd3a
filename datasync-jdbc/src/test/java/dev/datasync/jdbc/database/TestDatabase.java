package dev.datasync.jdbc.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** An empty database, or an empty schema in one, for one test. */
public interface TestDatabase extends AutoCloseable {

    /** Gives connections to this database. */
    DataSource dataSource();

    /** Gives connections to the same server that ask for something that is not there, with a password in the URL. */
    DataSource unreachable(String password);

    @Override
    void close() throws SQLException;

    default void execute(String... statements) {
        execute(dataSource(), statements);
    }

    static void execute(DataSource dataSource, String... statements) {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the rows of a query, each as the texts of its columns. */
    default List<List<String>> query(String sql) {
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<List<String>> all = new ArrayList<>();
            while (rows.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    row.add(rows.getString(i));
                }
                all.add(row);
            }
            return all;
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
