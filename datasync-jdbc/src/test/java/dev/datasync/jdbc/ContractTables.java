package dev.datasync.jdbc;

import dev.datasync.jdbc.database.CountingDataSource;
import dev.datasync.jdbc.database.TestDatabase;
import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/** Tables for the testkit's contracts, filled and read with plain JDBC. */
final class ContractTables implements AutoCloseable {

    static final Schema SCHEMA = Schema.of(
            Field.of("id", FieldType.integer()),
            Field.of("name", FieldType.text(200)),
            Field.of("price", FieldType.decimal(9, 2)),
            Field.of("note", FieldType.text()),
            Field.of("code", FieldType.paddedText(30)),
            Field.of("small", FieldType.integer(16)),
            Field.of("ratio", FieldType.float64()),
            Field.of("active", FieldType.bool()),
            Field.of("born", FieldType.date()),
            Field.of("opens", FieldType.time(3)),
            Field.of("local", FieldType.timestamp(6)),
            Field.of("changed_at", FieldType.instant(3)),
            Field.of("token", FieldType.uuid()),
            Field.of("picture", FieldType.binary()));

    private final TestDatabase database;
    private final CountingDataSource dataSource;
    private int tables;

    ContractTables(TestDatabase database) {
        this.database = database;
        this.dataSource = new CountingDataSource(database.dataSource());
    }

    /** Returns a new table that holds some rows. */
    JdbcTable table(Schema schema, List<String> keyFields, List<Row> rows) throws SQLException {
        tables++;
        String columns = schema.fields().stream()
                .map(field -> field.name() + " " + database.columnType(field.type()))
                .collect(Collectors.joining(", "));
        database.execute("create table contract" + tables + " (" + columns + ", primary key ("
                + String.join(", ", keyFields) + "))");
        fill(schema, rows);
        return JdbcTable.named("contract" + tables).in(dataSource);
    }

    private void fill(Schema schema, List<Row> rows) throws SQLException {
        int together = database.rowsPerInsert();
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            int whole = rows.size() / together * together;
            insert(connection, schema, rows.subList(0, whole), together);
            insert(connection, schema, rows.subList(whole, rows.size()), 1);
            connection.commit();
        }
    }

    private void insert(Connection connection, Schema schema, List<Row> rows, int together) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        String row = "(" + String.join(", ", Collections.nCopies(schema.size(), "?")) + ")";
        String sql =
                "insert into contract" + tables + " values " + String.join(", ", Collections.nCopies(together, row));
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            for (int first = 0; first < rows.size(); first += together) {
                int parameter = 0;
                for (Row item : rows.subList(first, first + together)) {
                    for (int i = 0; i < schema.size(); i++) {
                        Object value = item.value(i);
                        parameter++;
                        insert.setObject(parameter, value == null ? null : database.bindable(value));
                    }
                }
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    /** Reads the last table as text, which the field types understand. */
    List<Row> lastContent(Schema schema) throws SQLException {
        List<Row> rows = new ArrayList<>();
        Schema texts = Schema.of(schema.fields().stream()
                .map(field -> field.type() instanceof FieldType.Binary ? field : field.typed(FieldType.text()))
                .toList());
        try (Connection connection = database.dataSource().getConnection();
                PreparedStatement select = connection.prepareStatement("select * from contract" + tables);
                ResultSet result = select.executeQuery()) {
            while (result.next()) {
                Object[] values = new Object[schema.size()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = database.value(result, i + 1, schema.field(i).type());
                }
                rows.add(texts.row(values));
            }
        }
        return rows;
    }

    /** Returns the fields of which the database has columns. */
    Schema schema() {
        return Schema.of(SCHEMA.fields().stream()
                .filter(field -> database.has(field.type()))
                .toList());
    }

    CountingDataSource dataSource() {
        return dataSource;
    }

    int left() {
        return dataSource.faults().size();
    }

    String lastName() {
        return "contract" + tables;
    }

    @Override
    public void close() throws SQLException {
        database.close();
    }
}
