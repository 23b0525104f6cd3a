package dev.datasync.jdbc;

import dev.datasync.row.Field;
import dev.datasync.row.RecordType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.Endpoint;
import dev.datasync.sink.JointTransaction;
import dev.datasync.sink.Sink;
import dev.datasync.sink.WriteContext;
import dev.datasync.source.Completion;
import dev.datasync.source.ReadContext;
import dev.datasync.source.ReadException;
import dev.datasync.source.Receiver;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A table of a relational database, as a source and as a sink: {@code JdbcTable.named("products").in(dataSource)}.
 * Immutable and safe for use by several threads.
 *
 * <p>The table is looked up in the database's metadata anew for each reading and writing: by its name as it stands, else
 * ignoring case. Columns have the types and sizes that the metadata says. Rows are streamed, a thousand at a time, in a
 * read-only transaction. Changes are written in batches, in one transaction per run: an insert sets the columns that the
 * source delivers, an update those that differ, and rows are identified by the table's primary key, else by the plan's
 * key. Each connection goes back to the {@link DataSource} in the state in which it came.
 *
 * <p>PostgreSQL and H2 are supported; other databases are read and written by the rules of standard SQL.
 */
public final class JdbcTable implements Endpoint<Row> {

    private final TableSettings settings;

    private JdbcTable(TableSettings settings) {
        this.settings = settings;
    }

    /**
     * Returns a table's name, to be completed by {@link Named#in}.
     *
     * @param name the table's name without its schema; any characters, never quoted
     * @return the name
     * @throws IllegalArgumentException when the name is blank
     */
    public static Named named(String name) {
        return new Named(null, name);
    }

    /** The name of a table of which the database is not known yet. Immutable. */
    public static final class Named {

        private final @Nullable String schema;
        private final String name;

        private Named(@Nullable String schema, String name) {
            if (name.isBlank() || (schema != null && schema.isBlank())) {
                throw new IllegalArgumentException("a table and its schema need names that are not blank");
            }
            this.schema = schema;
            this.name = name;
        }

        /**
         * Returns this name in a schema. Without it the connection's own schema comes first, then any other in which
         * the name is found once.
         *
         * @param schemaName the schema's name
         * @return the name in that schema
         * @throws IllegalArgumentException when the schema's name is blank
         */
        public Named inSchema(String schemaName) {
            return new Named(schemaName, name);
        }

        /**
         * Returns the table of this name in a database.
         *
         * @param dataSource gives connections that nobody else uses at the same time, and is not closed
         * @return the table, as a source and as a sink
         */
        public JdbcTable in(DataSource dataSource) {
            return in(JdbcDatabase.of(dataSource));
        }

        /**
         * Returns the table of this name in a database.
         *
         * @param database the database
         * @return the table, as a source and as a sink
         */
        public JdbcTable in(JdbcDatabase database) {
            return new JdbcTable(TableSettings.of(database, schema, name));
        }

        /**
         * Returns the name.
         *
         * @return for example {@code products} or {@code sales.products}
         */
        @Override
        public String toString() {
            return schema == null ? name : schema + "." + name;
        }
    }

    /**
     * Returns this table with only some of its columns: the others are neither read nor written, and an insert leaves
     * them to their defaults.
     *
     * @param first a column's name; found as it stands, else ignoring case
     * @param more further names
     * @return the table with these columns
     */
    public JdbcTable columns(String first, String... more) {
        return new JdbcTable(settings.columns(first, more));
    }

    /**
     * Returns this table restricted to the rows that meet a condition: the others are not read, compared, updated or
     * deleted, and a row that would leave the scope or be inserted outside of it is rejected.
     *
     * @param condition a condition in the database's own SQL, with {@code ?} for each bind; never put values into it
     * @param binds the values for the question marks in order, as in {@link JdbcQuery#sql}
     * @return the restricted table
     * @throws IllegalArgumentException when the condition is blank
     */
    public JdbcTable within(String condition, @Nullable Object... binds) {
        return new JdbcTable(settings.within(new SqlText("a condition", condition, binds)));
    }

    /**
     * Returns this table with columns that are set when a row is inserted and left alone afterwards: they are not
     * compared, and no update writes them.
     *
     * @param first a column's name
     * @param more further names
     * @return the table with this choice
     */
    public JdbcTable insertOnly(String first, String... more) {
        return new JdbcTable(settings.insertOnly(first, more));
    }

    /**
     * Returns this table with columns that belong to somebody else: they are never compared and never written, not even
     * when a row is inserted, whatever the source delivers.
     *
     * @param first a column's name
     * @param more further names
     * @return the table with this choice
     */
    public JdbcTable preserve(String first, String... more) {
        return new JdbcTable(settings.preserve(first, more));
    }

    /**
     * Returns this table with the permission to create it: when the first run has something to insert and the table is
     * not there, it is made of the fields that the records bring, with the plan's key as its primary key.
     *
     * @return the table with this choice
     */
    public JdbcTable createIfMissing() {
        return new JdbcTable(settings.with(TableSettings.Choice.CREATE_IF_MISSING));
    }

    /**
     * Returns this table with updates and deletes that check that the row is still as the comparison has seen it. One
     * that somebody has changed in between is reported as a conflict and left alone. Without this word the last writer
     * wins.
     *
     * @return the table with this choice
     */
    public JdbcTable optimistic() {
        return new JdbcTable(settings.with(TableSettings.Choice.OPTIMISTIC));
    }

    /**
     * Returns this table with the permission to delete rows although the database then changes rows of other tables by
     * itself, because of a foreign key with {@code ON DELETE CASCADE}, {@code SET NULL} or {@code SET DEFAULT}. Without
     * this word such a run is refused before its first write.
     *
     * @return the table with this choice
     */
    public JdbcTable allowCascades() {
        return new JdbcTable(settings.with(TableSettings.Choice.ALLOW_CASCADES));
    }

    /**
     * Returns this table as one of Java records, whose components are columns by name.
     *
     * @param type the record's class
     * @param <R> the record's type
     * @return the table of those records
     * @throws IllegalArgumentException when the class is not accessible
     */
    public <R extends Record> Endpoint<R> as(Class<R> type) {
        return Endpoint.typed(this, RecordType.of(type));
    }

    @Override
    public RecordType<Row> recordType() {
        return RecordType.rows();
    }

    @Override
    public String name() {
        return "table " + settings.shown();
    }

    @Override
    public Optional<Schema> schema() throws ReadException {
        try (Session session = Session.open(settings.database(), name(), Session.Access.READ)) {
            return Optional.of(definition(session).schema());
        }
    }

    private TableDefinition definition(Session session) throws ReadException {
        try {
            return TableDefinition.read(session, TableFinder.find(session, settings.schema(), settings.name()));
        } catch (SQLException e) {
            throw Failure.of(Failure.TABLE, name() + " cannot be read", e);
        }
    }

    @Override
    public boolean canOrderBy(List<String> fields) {
        try (Session session = Session.open(settings.database(), name(), Session.Access.READ)) {
            Schema schema = definition(session).schema();
            return fields.stream().allMatch(field -> isOrderedAsEngine(schema, field, session.dialect()));
        } catch (ReadException e) {
            // the reading will say what is wrong
            return false;
        }
    }

    private static boolean isOrderedAsEngine(Schema schema, String name, Dialect dialect) {
        int place = schema.indexOf(name);
        return place >= 0
                && schema.field(place).is(Field.Trait.NOT_NULL)
                && dialect.ordersAsEngine(schema.field(place).type());
    }

    @Override
    public Completion read(Receiver<? super Row> receiver, ReadContext context) throws ReadException {
        try (Session session = Session.open(settings.database(), name(), Session.Access.READ)) {
            TableDefinition definition = definition(session);
            Schema schema = definition.schema();
            List<String> order = context.order().stream()
                    .map(field -> schema.field(field).name())
                    .toList();
            String query = new Statements(session.jooq(), definition.name().qualified())
                    .reading(definition.columns(), session.dialect())
                    .select(schema.names(), order);
            try (PreparedStatement statement = session.connection()
                    .prepareStatement(query, ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY)) {
                return new RowStream(session.dialect(), receiver, context).read(statement, definition.columns());
            } catch (SQLException e) {
                if (context.isCancelled()) {
                    throw new CancellationException();
                }
                throw e;
            }
        } catch (SQLException e) {
            throw Failure.of(Failure.READ, name() + " cannot be read", e);
        }
    }

    @Override
    public String locate(long position) {
        return name() + " row " + position;
    }

    @Override
    public ChangeWriter<Row> open(WriteContext context) throws Exception {
        Optional<JointTransaction> joint = context.joint();
        if (joint.isPresent()) {
            Transaction shared = joint.get()
                    .join(settings.database().identity(), Transaction.class, () -> transaction("group", context));
            return new TableWriter(shared, definition(shared.session()), settings, context);
        }
        Transaction own = transaction(name(), context);
        try {
            return new TableWriter(own, definition(own.session()), settings, context);
        } catch (ReadException | RuntimeException e) {
            try {
                own.close();
            } catch (ReadException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    private Transaction transaction(String what, WriteContext context) throws ReadException {
        Session session = Session.open(settings.database(), name(), Session.Access.WRITE);
        return new Transaction(session, what, context::warn);
    }

    @Override
    public boolean refersTo(Sink<?> other) throws ReadException {
        if (!(other.rows() instanceof JdbcTable table)
                || !settings.database().isSame(table.settings.database())) {
            return false;
        }
        try (Session session = Session.open(settings.database(), name(), Session.Access.READ)) {
            TableName own = TableFinder.find(session, settings.schema(), settings.name());
            TableName others = TableFinder.find(session, table.settings.schema(), table.settings.name());
            return ForeignKey.from(session.connection().getMetaData(), own).stream()
                    .anyMatch(key -> key.to().isSame(others));
        } catch (SQLException e) {
            throw Failure.of(Failure.TABLE, name() + ": its foreign keys cannot be read", e);
        }
    }

    @Override
    public boolean canCommitInParts() {
        return true;
    }

    /**
     * Returns the name for messages.
     *
     * @return for example {@code table products}
     */
    @Override
    public String toString() {
        return name();
    }
}
