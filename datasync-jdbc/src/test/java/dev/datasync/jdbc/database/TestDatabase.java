package dev.datasync.jdbc.database;

import dev.datasync.row.FieldType;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
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
            // a brace in a name is no escape of JDBC's
            statement.setEscapeProcessing(false);
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

    /** Tells whether there is a type of columns that hold a field's values. */
    default boolean has(FieldType type) {
        return true;
    }

    /** Returns the type of a column that holds a field's values. */
    default String columnType(FieldType type) {
        if (type instanceof FieldType.Text text) {
            if (text.padding() == FieldType.Padding.STRIPPED) {
                return "char(" + text.maxLength() + ")";
            }
            return text.maxLength() == Integer.MAX_VALUE ? "varchar" : "varchar(" + text.maxLength() + ")";
        }
        if (type instanceof FieldType.Whole whole) {
            return whole.bits() == 16 ? "smallint" : "bigint";
        }
        if (type instanceof FieldType.Decimal decimal) {
            return "numeric(" + decimal.precision() + "," + decimal.scale() + ")";
        }
        if (type instanceof FieldType.Clock clock) {
            return "time(" + clock.fractionDigits() + ")";
        }
        if (type instanceof FieldType.Timestamp timestamp) {
            return "timestamp(" + timestamp.fractionDigits() + ")";
        }
        if (type instanceof FieldType.Moment moment) {
            return "timestamp(" + moment.fractionDigits() + ") with time zone";
        }
        if (type instanceof FieldType.Binary) {
            return "bytea";
        }
        return type instanceof FieldType.Real ? "double precision" : type.toString();
    }

    /** Returns how many rows an insert should have, which is one where batches are fast. */
    default int rowsPerInsert() {
        return 1;
    }

    /** Returns a value as the driver takes it. */
    default Object bindable(Object value) {
        return value instanceof Instant instant ? instant.atOffset(ZoneOffset.UTC) : value;
    }

    /** Returns a value of a row as bytes, or as a text that the field's type understands. */
    default Object value(ResultSet rows, int column, FieldType type) throws SQLException {
        return type instanceof FieldType.Binary ? rows.getBytes(column) : rows.getString(column);
    }
}
