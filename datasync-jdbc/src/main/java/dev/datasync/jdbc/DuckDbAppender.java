package dev.datasync.jdbc;

import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.jooq.Name;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * DuckDB's Appender, always into a temporary table, from which one statement does the changes: so columns that are not
 * set get their defaults. Loaded only when DuckDB's driver is there.
 *
 * <p>DuckDB has no savepoints, and a statement that fails ends the transaction. So this path does nothing before it knows
 * that it will succeed: it leaves tables with more constraints than a primary key alone, and looks up the keys.
 */
final class DuckDbAppender extends StagedPath {

    private static final int LEAST = 100;

    private static final int BATCH = 20_000;

    private static final int NANOS_PER_MICRO = 1_000;

    private static final long MICROS_PER_SECOND = 1_000_000;

    /** Whether a table has no constraint that only a statement can test, and whether no table refers to another. */
    private static final String FITS = "select exists (select 1 from duckdb_tables() t where t.database_name = c.d and"
            + " t.schema_name = c.s and t.table_name = c.t) and not exists (select 1 from duckdb_constraints() k where"
            + " k.database_name = c.d and k.schema_name = c.s and k.table_name = c.t and k.constraint_type not in"
            + " ('PRIMARY KEY', 'NOT NULL')) and not exists (select 1 from duckdb_indexes() i where i.database_name ="
            + " c.d and i.schema_name = c.s and i.table_name = c.t and i.is_unique), not exists (select 1 from"
            + " duckdb_constraints() k where k.constraint_type = 'FOREIGN KEY') from (select coalesce(?,"
            + " current_database()) as d, coalesce(?, current_schema()) as s, ? as t) c";

    private final DuckDBConnection duckDb;
    private final List<String> types;
    private final boolean canDelete;

    private DuckDbAppender(
            Session session,
            TableDefinition table,
            ChangeBinder binder,
            DuckDBConnection duckDb,
            List<String> types,
            boolean canDelete) {
        super(session, table, binder);
        this.canDelete = canDelete;
        this.duckDb = duckDb;
        this.types = types;
    }

    /** Returns the way by the Appender, where the connection is DuckDB's own. */
    static Optional<BulkPath> of(Session session, TableDefinition table, ChangeBinder binder) throws SQLException {
        Connection connection = session.connection();
        try {
            return connection.isWrapperFor(DuckDBConnection.class)
                    ? of(session, table, binder, connection.unwrap(DuckDBConnection.class))
                    : Optional.empty();
        } catch (LinkageError e) {
            // the driver belongs to a class loader that is not ours
            return Optional.empty();
        }
    }

    private static Optional<BulkPath> of(
            Session session, TableDefinition table, ChangeBinder binder, DuckDBConnection duckDb) throws SQLException {
        try (PreparedStatement statement = session.connection().prepareStatement(FITS)) {
            statement.setString(1, table.name().catalog());
            statement.setString(2, table.name().schema());
            statement.setString(3, table.name().name());
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() && rows.getBoolean(1)
                        ? Optional.of(new DuckDbAppender(
                                session, table, binder, duckDb, types(session, table), rows.getBoolean(2)))
                        : Optional.empty();
            }
        }
    }

    private static List<String> types(Session session, TableDefinition table) throws SQLException {
        String query = new Statements(session.jooq(), table.name().qualified())
                .selectNothing(table.schema().names());
        List<String> types = new ArrayList<>();
        try (PreparedStatement statement = session.connection().prepareStatement(query);
                ResultSet rows = statement.executeQuery()) {
            ResultSetMetaData metaData = rows.getMetaData();
            for (int i = 1; i <= metaData.getColumnCount(); i++) {
                types.add(metaData.getColumnTypeName(i));
            }
        }
        return types;
    }

    @Override
    int leastChanges(Shape.Kind kind) {
        return kind == Shape.Kind.DELETE && !canDelete ? Integer.MAX_VALUE : LEAST;
    }

    @Override
    boolean fits(Shape shape, List<BoundChange> changes) {
        for (int i = 0; i < shape.columns().size(); i++) {
            int place = shape.columns().get(i);
            if (shape.kind() == Shape.Kind.UPDATE && binder.identity().contains(place)) {
                return false;
            }
            if (table.schema().field(place).is(Field.Trait.NOT_NULL) && hasNull(changes, i)) {
                return false;
            }
        }
        return shape.kind() != Shape.Kind.INSERT || setsAllThatMust(shape);
    }

    private static boolean hasNull(List<BoundChange> changes, int parameter) {
        for (BoundChange change : changes) {
            if (change.value(parameter) == null) {
                return true;
            }
        }
        return false;
    }

    private boolean setsAllThatMust(Shape shape) {
        for (int i = 0; i < table.schema().size(); i++) {
            Field field = table.schema().field(i);
            if (field.is(Field.Trait.NOT_NULL)
                    && !field.is(Field.Trait.HAS_DEFAULT)
                    && !field.is(Field.Trait.READ_ONLY)
                    && !shape.columns().contains(i)) {
                return false;
            }
        }
        return true;
    }

    @Override
    boolean fits(Shape shape, Name stage, String condition, int changes) throws SQLException {
        return count(render(table.name().qualified()) + " as t join " + render(stage) + " as s on " + condition)
                == changes;
    }

    private long count(String tables) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select count(*) from " + tables)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Override
    boolean isStaged(Shape.Kind kind) {
        return true;
    }

    @Override
    boolean takes(int column) {
        String type = types.get(column);
        return switch (type) {
            case "BOOLEAN",
                    "TINYINT",
                    "SMALLINT",
                    "INTEGER",
                    "BIGINT",
                    "FLOAT",
                    "DOUBLE",
                    "VARCHAR",
                    "DATE",
                    "TIME",
                    "TIMESTAMP",
                    "TIMESTAMP WITH TIME ZONE",
                    "UUID",
                    "BLOB" -> true;
            default -> type.startsWith("DECIMAL(") && type.endsWith(")");
        };
    }

    @Override
    Name stage(String name) {
        return DSL.name("temp", "main", name);
    }

    @Override
    String make(String stage, String emptyQuery) {
        return "create temporary table if not exists " + stage + " as " + emptyQuery + " limit 0";
    }

    @Override
    String empty(String stage) {
        return "delete from " + stage;
    }

    @Override
    long insert(Shape shape, List<BoundChange> changes) throws SQLException {
        String stage = render(staged(shape, changes));
        String target = render(table.name().qualified());
        if (!table.primaryKey().isEmpty() && !hasNewKeys(shape, stage, target, changes.size())) {
            return NOTHING;
        }
        return execute("insert into " + target + " (" + String.join(", ", columns(shape)) + ") select * from " + stage);
    }

    private boolean hasNewKeys(Shape shape, String stage, String target, int changes) throws SQLException {
        List<String> columns = columns(shape);
        List<String> keys = new ArrayList<>();
        List<String> conditions = new ArrayList<>();
        for (int place : table.primaryKey()) {
            int parameter = shape.columns().indexOf(place);
            if (parameter < 0) {
                return false;
            }
            keys.add("c" + parameter);
            conditions.add("t." + columns.get(parameter) + " = s.c" + parameter);
        }
        return count("(select distinct " + String.join(", ", keys) + " from " + stage + ") k") == changes
                && count(target + " as t join " + stage + " as s on " + String.join(" and ", conditions)) == 0;
    }

    @Override
    long load(Name target, List<String> columns, List<BoundChange> changes) throws SQLException {
        try (DuckDBAppender appender = duckDb.createAppender("temp", "main", target.last())) {
            for (BoundChange change : changes) {
                appender.beginRow();
                for (int i = 0; i < change.size(); i++) {
                    append(appender, codec(change.shape(), i).type(), change.value(i));
                }
                appender.endRow();
            }
            appender.flush();
        }
        return changes.size();
    }

    private static void append(DuckDBAppender appender, FieldType type, @Nullable Object value) throws SQLException {
        if (value == null) {
            appender.appendNull();
        } else if (value instanceof String text) {
            appender.append(text);
        } else if (value instanceof Long number) {
            append(appender, ((FieldType.Whole) type).bits(), number);
        } else if (value instanceof BigDecimal number) {
            appender.append(number.setScale(((FieldType.Decimal) type).scale()));
        } else if (value instanceof Double number) {
            if (((FieldType.Real) type).bits() == Float.SIZE) {
                appender.append(number.floatValue());
            } else {
                appender.append(number.doubleValue());
            }
        } else if (value instanceof Boolean truth) {
            appender.append(truth.booleanValue());
        } else if (value instanceof LocalDateTime timestamp) {
            appender.appendEpochMicros(micros(timestamp.toInstant(ZoneOffset.UTC)));
        } else if (value instanceof Instant instant) {
            appender.appendEpochMicros(micros(instant));
        } else if (value instanceof LocalDate date) {
            appender.appendEpochDays(Math.toIntExact(date.toEpochDay()));
        } else if (value instanceof LocalTime time) {
            appender.appendDayMicros(time.toNanoOfDay() / NANOS_PER_MICRO);
        } else if (value instanceof UUID uuid) {
            appender.append(uuid);
        } else {
            appender.append((byte[]) value);
        }
    }

    private static void append(DuckDBAppender appender, int bits, long number) throws SQLException {
        switch (bits) {
            case 8 -> appender.append((byte) number);
            case 16 -> appender.append((short) number);
            case 32 -> appender.append((int) number);
            default -> appender.append(number);
        }
    }

    private static long micros(Instant instant) {
        return Math.addExact(
                Math.multiplyExact(instant.getEpochSecond(), MICROS_PER_SECOND), instant.getNano() / NANOS_PER_MICRO);
    }

    @Override
    public String name() {
        return "Appender";
    }

    @Override
    public int batchSize() {
        return BATCH;
    }

    @Override
    public void close() {
        for (Name stage : forgetStages()) {
            try {
                execute("drop table if exists " + render(stage));
            } catch (SQLException e) {
                // the transaction has failed: nothing but its rollback is possible, which drops them
                return;
            }
        }
    }
}
