package dev.datasync.jdbc;

import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.Name;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * Inserts of many rows by one statement, for MariaDB and MySQL, whatever the parameters in the URL say. Updates and
 * deletes join a temporary table that is filled so. Neither making nor dropping such a table commits anything there.
 */
final class MultiRowInserts extends StagedPath {

    private static final int LEAST_INSERTS = 200;
    private static final int LEAST_CHANGES = 500;

    private static final int BATCH = 5_000;

    /** The protocol counts the parameters of a statement in two bytes. */
    private static final int MOST_BINDS = 16_000;

    private static final int MOST_ROWS = 1_000;

    private static final int MOST_BYTES = 4 << 20;

    /** What a value of limited size takes, whatever it is. */
    private static final int SMALL = 80;

    /**
     * Whether a table is one in which a failed statement leaves nothing behind, and a value that does not fit fails in
     * a statement of many rows as it does in one of a single row.
     */
    private static final String FITS = "select @@max_allowed_packet, t.table_type = 'BASE TABLE' and e.transactions ="
            + " 'YES' and (@@sql_mode like '%STRICT_TRANS_TABLES%' or @@sql_mode like '%STRICT_ALL_TABLES%')"
            + " from information_schema.tables t join information_schema.engines e on e.engine = t.engine"
            + " where t.table_schema = coalesce(?, database()) and t.table_name = ?";

    private final int mostBytes;
    private final Map<String, PreparedStatement> statements = new LinkedHashMap<>();
    private boolean canStage = true;

    private MultiRowInserts(Session session, TableDefinition table, ChangeBinder binder, int mostBytes) {
        super(session, table, binder);
        this.mostBytes = mostBytes;
    }

    /** Returns the way by statements of many rows, where the table allows it. */
    static Optional<BulkPath> of(Session session, TableDefinition table, ChangeBinder binder) throws SQLException {
        try (PreparedStatement statement = session.connection().prepareStatement(FITS)) {
            Name schema = table.name().qualified().qualifier();
            statement.setString(1, schema == null ? null : schema.last());
            statement.setString(2, table.name().name());
            try (ResultSet rows = statement.executeQuery()) {
                if (!rows.next() || !rows.getBoolean(2)) {
                    return Optional.empty();
                }
                // half of it, for estimates are estimates
                int mostBytes = (int) Math.min(MOST_BYTES, rows.getLong(1) / 2);
                return Optional.of(new MultiRowInserts(session, table, binder, mostBytes));
            }
        }
    }

    @Override
    int leastChanges(Shape.Kind kind) {
        if (kind == Shape.Kind.INSERT) {
            return LEAST_INSERTS;
        }
        return canStage ? LEAST_CHANGES : Integer.MAX_VALUE;
    }

    /** Values are bound as in single statements. */
    @Override
    boolean takes(int column) {
        return true;
    }

    @Override
    Name stage(String name) {
        Name schema = table.name().qualified().qualifier();
        return schema == null ? DSL.name(name) : schema.append(name);
    }

    @Override
    String make(String stage, String emptyQuery) {
        return "create temporary table if not exists " + stage + " engine = InnoDB as " + emptyQuery + " where false";
    }

    @Override
    String empty(String stage) {
        return "delete from " + stage;
    }

    @Override
    String assigned(String column) {
        return "t." + column;
    }

    @Override
    String update(String target, String stage, String assignments, String condition) {
        return "update " + stage + " as s straight_join " + target + " as t on " + condition + " set " + assignments;
    }

    @Override
    String delete(String target, String stage, String condition) {
        return "delete t from " + stage + " as s straight_join " + target + " as t on " + condition;
    }

    @Override
    void makeStage(String sql) throws SQLException {
        try {
            super.makeStage(sql);
        } catch (SQLException e) {
            // not permitted, or not with this replication: from now on batches
            canStage = false;
            throw e;
        }
    }

    @Override
    long load(Name target, List<String> columns, List<BoundChange> changes) throws SQLException {
        int mostRows = Math.max(1, Math.min(MOST_ROWS, MOST_BINDS / columns.size()));
        long count = 0;
        int from = 0;
        while (from < changes.size()) {
            int to = end(changes, from, mostRows);
            count += insert(target, columns, changes.subList(from, to), mostRows);
            from = to;
        }
        return count;
    }

    private int end(List<BoundChange> changes, int from, int mostRows) {
        long size = bytes(changes.get(from));
        int to = from + 1;
        while (to < changes.size() && to - from < mostRows) {
            size += bytes(changes.get(to));
            if (size > mostBytes) {
                break;
            }
            to++;
        }
        return to;
    }

    /** Returns at least as many bytes as a change takes in a statement, escaped. */
    private static long bytes(BoundChange change) {
        long sum = 0;
        for (int i = 0; i < change.size(); i++) {
            Object value = change.value(i);
            sum += SMALL;
            if (value instanceof String text) {
                sum += 3L * text.length();
            } else if (value instanceof byte[] binary) {
                sum += 2L * binary.length;
            } else if (value instanceof BigDecimal number) {
                sum += number.precision() + Math.abs(number.scale());
            }
        }
        return sum;
    }

    private long insert(Name target, List<String> columns, List<BoundChange> rows, int mostRows) throws SQLException {
        String sql = sql(target, columns, rows.size());
        if (rows.size() < mostRows) {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                return insert(statement, rows);
            }
        }
        PreparedStatement statement = statements.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            statements.put(sql, statement);
        }
        return insert(statement, rows);
    }

    private String sql(Name target, List<String> columns, int rows) {
        String row = "(" + String.join(", ", Collections.nCopies(columns.size(), "?")) + ")";
        return "insert into " + render(target) + " (" + String.join(", ", columns) + ") values "
                + String.join(", ", Collections.nCopies(rows, row));
    }

    private long insert(PreparedStatement statement, List<BoundChange> rows) throws SQLException {
        int parameter = 1;
        for (BoundChange row : rows) {
            for (int i = 0; i < row.size(); i++) {
                codec(row.shape(), i).bind(statement, parameter++, row.value(i));
            }
        }
        return executeUpdate(statement);
    }

    @Override
    public String name() {
        return "statements of many rows";
    }

    @Override
    public int batchSize() {
        return BATCH;
    }

    @Override
    public void close() throws SQLException {
        List<Statement> all = new ArrayList<>(statements.values());
        statements.clear();
        @Nullable SQLException failure = null;
        for (Statement statement : all) {
            try {
                statement.close();
            } catch (SQLException e) {
                failure = e;
            }
        }
        for (Name stage : forgetStages()) {
            execute("drop temporary table if exists " + render(stage));
        }
        if (failure != null) {
            throw failure;
        }
    }
}
