package dev.datasync.jdbc;

import dev.datasync.jdbc.CopyBinary.Form;
import dev.datasync.row.FieldType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jooq.Name;
import org.jooq.impl.DSL;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** PostgreSQL's COPY, by its own driver. Loaded only when that driver is there. */
final class PostgresCopy extends StagedPath {

    private static final int LEAST_INSERTS = 100;
    private static final int LEAST_UPDATES = 500;
    private static final int LEAST_DELETES = 1_000;

    private static final int BATCH = 10_000;

    static final String DRIVER = "PostgreSQL JDBC Driver";

    /**
     * Whether a table is a plain one of PostgreSQL itself, on which COPY and set-based statements do what single
     * statements do: no view, no partitions or heirs, no rules, no row-level security, no triggers per statement. And
     * whether the user may make temporary tables and read the table for them.
     */
    private static final String FITS = "select c.relkind = 'r' and not c.relhasrules and not c.relrowsecurity"
            + " and not c.relhassubclass and not exists (select 1 from pg_catalog.pg_trigger g where g.tgrelid = c.oid"
            + " and not g.tgisinternal and (g.tgtype & 1) = 0)"
            + " and " + PostgresDialect.IS_POSTGRES + " as plain,"
            + " pg_catalog.has_table_privilege(c.oid, 'SELECT') and pg_catalog.has_database_privilege("
            + "pg_catalog.current_database(), 'TEMP') as stages,"
            + " pg_catalog.current_setting('client_encoding') = 'UTF8' as unicode"
            + " from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace"
            + " where n.nspname = ? and c.relname = ?";

    /** Before that, a server could be built to count time in another way. */
    private static final int FIRST_BINARY_VERSION = 10;

    private final PGConnection postgres;
    private final boolean canStage;

    /** Whether server and session are such that binary forms are what they are taken for. */
    private final boolean knowsForms;

    private volatile boolean isCopying;

    private PostgresCopy(
            Session session,
            TableDefinition table,
            ChangeBinder binder,
            PGConnection postgres,
            boolean canStage,
            boolean knowsForms) {
        super(session, table, binder);
        this.postgres = postgres;
        this.canStage = canStage;
        this.knowsForms = knowsForms;
    }

    /** Returns the way by COPY, where the driver and the table allow it. */
    static Optional<BulkPath> of(Session session, TableDefinition table, ChangeBinder binder) throws SQLException {
        Connection connection = session.connection();
        if (!DRIVER.equals(connection.getMetaData().getDriverName())) {
            return Optional.empty();
        }
        try {
            return connection.isWrapperFor(PGConnection.class)
                    ? of(session, table, binder, connection.unwrap(PGConnection.class))
                    : Optional.empty();
        } catch (LinkageError e) {
            // the driver belongs to a class loader that is not ours
            return Optional.empty();
        }
    }

    private static Optional<BulkPath> of(
            Session session, TableDefinition table, ChangeBinder binder, PGConnection postgres) throws SQLException {
        boolean isNew = session.connection().getMetaData().getDatabaseMajorVersion() >= FIRST_BINARY_VERSION;
        try (PreparedStatement statement = session.connection().prepareStatement(FITS)) {
            statement.setString(1, table.name().schema());
            statement.setString(2, table.name().name());
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() && rows.getBoolean("plain")
                        ? Optional.of(new PostgresCopy(
                                session,
                                table,
                                binder,
                                postgres,
                                rows.getBoolean("stages"),
                                isNew && rows.getBoolean("unicode")))
                        : Optional.empty();
            }
        }
    }

    @Override
    int leastChanges(Shape.Kind kind) {
        return switch (kind) {
            case INSERT -> LEAST_INSERTS;
            case UPDATE -> canStage ? LEAST_UPDATES : Integer.MAX_VALUE;
            case DELETE -> canStage ? LEAST_DELETES : Integer.MAX_VALUE;
        };
    }

    @Override
    boolean takes(int column) {
        return CopyText.takes(table.codec(column).type());
    }

    @Override
    Name stage(String name) {
        return DSL.name("pg_temp", name);
    }

    @Override
    String make(String stage, String emptyQuery) {
        return "create temporary table if not exists " + stage + " on commit drop as " + emptyQuery + " with no data";
    }

    @Override
    String empty(String stage) {
        return "truncate " + stage;
    }

    /**
     * Says between which keys the rows lie. The changes come in the order of their keys, so that this is a small part of
     * the table when many rows change. Without it the planner, who finds so many rows too many to look up, reads the
     * whole table for each batch.
     */
    @Override
    String narrowed(Shape shape, List<BoundChange> changes) {
        StringBuilder range = new StringBuilder();
        int set = shape.columns().size();
        for (int i = set; i < set + binder.identity().size(); i++) {
            // other types may have another order in the database
            if (codec(shape, i).type() instanceof FieldType.Whole) {
                int place = i;
                LongSummaryStatistics keys = changes.stream()
                        .mapToLong(change -> (Long) Objects.requireNonNull(change.value(place)))
                        .summaryStatistics();
                range.append(" and t.").append(quoted(shape, i));
                range.append(" between ").append(keys.getMin()).append(" and ").append(keys.getMax());
            }
        }
        return range.toString();
    }

    @Override
    long load(Name target, List<String> columns, List<BoundChange> changes) throws SQLException {
        String sql = "copy " + render(target) + " (" + String.join(", ", columns) + ") from stdin";
        FieldType[] types = types(changes.get(0));
        isCopying = true;
        CopyIn copy = null;
        try {
            Form[] sent = knowsForms ? forms(target, columns, types) : new Form[0];
            copy = postgres.getCopyAPI().copyIn(sent.length > 0 ? sql + " (format binary)" : sql);
            CopyIn open = copy;
            CopyText.Receiver receiver = (bytes, length) -> open.writeToCopy(bytes, 0, length);
            if (sent.length > 0) {
                write(changes, new CopyBinary(sent, receiver));
            } else {
                write(changes, types, new CopyText(receiver));
            }
            return copy.endCopy();
        } finally {
            isCopying = false;
            if (copy != null && copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    /**
     * Returns the binary forms of the columns' values; none when some column has none. It asks anew each time, and what
     * asks keeps the table from being altered: in binary, a number for a column of another type would be another number.
     */
    private Form[] forms(Name target, List<String> columns, FieldType[] types) throws SQLException {
        String asked = columns.stream()
                .map(column -> "pg_catalog.pg_typeof(t." + column + ")::pg_catalog.oid")
                .collect(Collectors.joining(", "));
        String sql = "select " + asked + " from (select 1) as one left join " + render(target) + " as t on false";
        Form[] all = new Form[types.length];
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            for (int i = 0; i < all.length; i++) {
                Form form = Form.of(rows.getLong(i + 1), types[i]);
                if (form == null) {
                    return new Form[0];
                }
                all[i] = form;
            }
        }
        return all;
    }

    private static void write(List<BoundChange> changes, CopyBinary binary) throws SQLException {
        for (BoundChange change : changes) {
            binary.beginRow();
            for (int i = 0; i < change.size(); i++) {
                binary.value(i, change.value(i));
            }
        }
        binary.end();
    }

    private static void write(List<BoundChange> changes, FieldType[] types, CopyText text) throws SQLException {
        for (BoundChange change : changes) {
            for (int i = 0; i < types.length; i++) {
                text.value(types[i], change.value(i));
            }
            text.endRow();
        }
        text.flush();
    }

    /** Returns the types of a change's values, which all changes that are loaded together have. */
    private FieldType[] types(BoundChange first) {
        FieldType[] types = new FieldType[first.size()];
        Arrays.setAll(types, place -> codec(first.shape(), place).type());
        return types;
    }

    @Override
    public void cancel() throws SQLException {
        if (isCopying) {
            postgres.cancelQuery();
        } else {
            super.cancel();
        }
    }

    @Override
    public String name() {
        return "COPY";
    }

    @Override
    public int batchSize() {
        return BATCH;
    }

    /** The server drops the temporary tables itself, also when the transaction can do nothing any more. */
    @Override
    public void close() {
        forgetStages();
    }
}
