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
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
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
                .map(field -> field.name() + " " + sqlType(field.type()))
                .collect(Collectors.joining(", "));
        database.execute("create table contract" + tables + " (" + columns + ", primary key ("
                + String.join(", ", keyFields) + "))");
        fill(schema, rows);
        return JdbcTable.named("contract" + tables).in(dataSource);
    }

    private void fill(Schema schema, List<Row> rows) throws SQLException {
        String parameters = schema.fields().stream().map(field -> "?").collect(Collectors.joining(", "));
        try (Connection connection = database.dataSource().getConnection();
                PreparedStatement insert =
                        connection.prepareStatement("insert into contract" + tables + " values (" + parameters + ")")) {
            for (Row row : rows) {
                for (int i = 0; i < schema.size(); i++) {
                    Object value = row.value(i);
                    insert.setObject(
                            i + 1, value instanceof Instant instant ? instant.atOffset(ZoneOffset.UTC) : value);
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
                    values[i] = schema.field(i).type() instanceof FieldType.Binary
                            ? result.getBytes(i + 1)
                            : result.getString(i + 1);
                }
                rows.add(texts.row(values));
            }
        }
        return rows;
    }

    private static String sqlType(FieldType type) {
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
