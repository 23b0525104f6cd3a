package dev.datasync.jdbc;

import dev.datasync.row.RecordType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.Endpoint;
import dev.datasync.sink.JointTransaction;
import dev.datasync.sink.Sink;
import dev.datasync.sink.WriteContext;
import dev.datasync.source.Completion;
import dev.datasync.source.Pool;
import dev.datasync.source.ReadContext;
import dev.datasync.source.ReadException;
import dev.datasync.source.Receiver;
import dev.datasync.source.Source;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jooq.DSLContext;
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
 * <p>PostgreSQL, MariaDB, MySQL, H2, SQLite, DuckDB, HSQLDB, Derby, SQL Server and Oracle are known; other databases are
 * read and written by the rules of standard SQL.
 */
public final class JdbcTable implements Endpoint<Row> {

    /** What a table is used as. */
    private enum Role {
        /** A source, or not known. */
        ANY,
        /** What is written. */
        TARGET
    }

    private final TableSettings settings;
    private final TableContent content;
    private final Role role;

    private JdbcTable(TableSettings settings) {
        this(settings, Role.ANY);
    }

    private JdbcTable(TableSettings settings, Role role) {
        this.settings = settings;
        this.content = new TableContent(settings, settings.scope());
        this.role = role;
    }

    /**
     * Returns a table's name, to be completed by {@link Named#in}.
     *
     * @param name the table's name without its schema; any characters, never quoted
     * @return the name
     * @throws IllegalArgumentException when the name is blank or has control characters
     */
    public static Named named(String name) {
        return new Named(null, name);
    }

    /** The name of a table of which the database is not known yet. Immutable. */
    public static final class Named {

        private final @Nullable String schema;
        private final String name;

        private Named(@Nullable String schema, String name) {
            TableSettings.checkName("a table", name);
            if (schema != null) {
                TableSettings.checkName("a schema", schema);
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
         * @throws IllegalArgumentException when the schema's name is blank or has control characters
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
         * Returns the table of this name in the database behind jOOQ.
         *
         * @param jooq as in {@link JdbcDatabase#of(DSLContext)}
         * @return the table, as a source and as a sink
         * @throws IllegalArgumentException when it stands on a single connection
         */
        public JdbcTable in(DSLContext jooq) {
            return in(JdbcDatabase.of(jooq));
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
     * Returns this table with only some of its columns, in this order: the others are neither read nor written, and an
     * insert leaves them to their defaults. A table that is written needs those of its primary key.
     *
     * @param first a column's name; found as it stands, else ignoring case
     * @param more further names
     * @return the table with these columns
     * @throws IllegalArgumentException when a name is blank or has control characters
     */
    public JdbcTable columns(String first, String... more) {
        return new JdbcTable(settings.columns(first, more));
    }

    /**
     * Returns the rows of this table that meet a condition, as a source. A target is restricted by {@link #within}; without
     * that, a plan that deletes takes rows that do not meet the condition for missing ones.
     *
     * @param condition a condition in the database's own SQL, with {@code ?} for each bind; never put values into it. An
     *     operator that is a question mark, as PostgreSQL has them for {@code jsonb}, is written {@code ??}
     * @param binds the values for the question marks in order, as in {@link JdbcQuery#sql}
     * @return the rows
     * @throws IllegalArgumentException when the condition is blank
     */
    public JdbcSelection where(String condition, @Nullable Object... binds) {
        SqlText wanted = new SqlText("a condition", condition, binds);
        SqlText scope = settings.scope();
        return new JdbcSelection(new TableContent(settings, scope == null ? wanted : scope.and(wanted)));
    }

    /**
     * Returns this table restricted to the rows that meet a condition: the others are not read, compared, updated or
     * deleted, and a row that would leave the scope or be inserted outside of it is rejected. Said again, both
     * conditions must hold.
     *
     * @param condition a condition in the database's own SQL, as in {@link #where}; never put values into it
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
     * Returns this table as an incremental source, which reads what has changed since the last run.
     *
     * @param column a column that grows whenever a row is inserted or updated: of times that are stamped, or of numbers
     *     that are drawn from a sequence
     * @return the incremental source
     * @throws IllegalArgumentException when the name is blank or has control characters
     */
    public JdbcIncremental incrementalBy(String column) {
        return JdbcIncremental.of(content, column);
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
        return content.name();
    }

    /** Returns this table as a target, of which more must be true than of a table that is only read. */
    @Override
    public Sink<Row> rows() {
        return asTarget();
    }

    @Override
    public Source<Row> existing() {
        return asTarget();
    }

    private JdbcTable asTarget() {
        return role == Role.TARGET ? this : new JdbcTable(settings, Role.TARGET);
    }

    @Override
    public Optional<Schema> schema() throws ReadException {
        if (role == Role.ANY) {
            return content.schema();
        }
        try (Session session = Session.open(settings.database(), name(), Session.Access.READ)) {
            Optional<TableDefinition> definition = content.definition(session);
            if (definition.isPresent()) {
                checkWritable(session, definition.get());
            }
            return definition.map(TableDefinition::schema);
        }
    }

    /** Refuses before anything is read what could not be written. */
    private void checkWritable(Session session, TableDefinition definition) throws ReadException {
        checkKey(definition);
        try {
            Optional<String> reason = session.dialect().unwritable(session.connection(), definition.name());
            if (reason.isPresent()) {
                throw new ReadException(Failure.TABLE, name() + " cannot be written: " + reason.get());
            }
        } catch (SQLException e) {
            throw session.failure(Failure.TABLE, name() + " cannot be read", e);
        }
    }

    private void checkKey(TableDefinition definition) throws ReadException {
        if (!definition.hasWholeKey()) {
            throw new ReadException(
                    Failure.KEY,
                    name() + " cannot be written with the columns "
                            + definition.schema().names()
                            + " alone: name those of its primary key in columns(...) as well");
        }
    }

    @Override
    public Schema schemaFor(Schema incoming, List<String> keyFields) throws ReadException {
        try (Session session = Session.open(settings.database(), name(), Session.Access.READ)) {
            return new TableCreation(session, settings).stored(incoming, keyFields);
        } catch (SQLException e) {
            throw Failure.of(Failure.TABLE, name() + " cannot be created", e);
        }
    }

    @Override
    public Optional<Object> identity() throws ReadException {
        return content.identity();
    }

    @Override
    public boolean canOrderBy(List<String> fields) {
        return content.canOrderBy(fields);
    }

    @Override
    public Completion read(Receiver<? super Row> receiver, ReadContext context) throws ReadException {
        return content.read(
                receiver,
                context,
                role == Role.TARGET ? TableContent.Missing.IS_EMPTY : TableContent.Missing.IS_AN_ERROR);
    }

    @Override
    public Optional<Pool> pool() {
        return Optional.of(settings.database().pool());
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
            Optional<TableDefinition> there = there(shared.session(), context);
            TableDefinition table = there.isPresent() ? there.get() : created(shared.session(), context);
            return new TableWriter(shared, table, settings, context);
        }
        Transaction own = transaction(name(), context);
        try {
            Optional<TableDefinition> there = there(own.session(), context);
            return writer(own, there, context);
        } catch (ReadException | RuntimeException e) {
            closeAfter(e, own);
            throw e;
        }
    }

    private TableWriter writer(Transaction own, Optional<TableDefinition> there, WriteContext context)
            throws ReadException {
        TableDefinition table = there.isPresent() ? there.get() : created(own.session(), context);
        TableWriter writer = new TableWriter(own, table, settings, context);
        if (there.isPresent()) {
            endLookups(own.session());
        }
        return writer;
    }

    private static void closeAfter(Exception failure, Transaction transaction) {
        try {
            transaction.close();
        } catch (ReadException e) {
            failure.addSuppressed(e);
        }
    }

    @Override
    public Optional<ChangeWriter<Row>> openAhead(WriteContext context) throws ReadException {
        Transaction own = transaction(name(), context);
        try {
            Optional<TableDefinition> there = there(own.session(), context);
            if (takesInsertsAhead(own.session(), there.map(TableDefinition::name), context)) {
                return Optional.of(writer(own, there, context));
            }
        } catch (ReadException | RuntimeException e) {
            closeAfter(e, own);
            throw e;
        }
        own.close();
        return Optional.empty();
    }

    private boolean takesInsertsAhead(Session session, Optional<TableName> table, WriteContext context)
            throws ReadException {
        try {
            return session.dialect().takesInsertsAhead(session.connection(), table, context.keyFields());
        } catch (SQLException e) {
            throw session.failure(Failure.TABLE, name() + " cannot be written", e);
        }
    }

    private void endLookups(Session session) throws ReadException {
        try {
            session.dialect().endLookups(session.connection());
        } catch (SQLException e) {
            throw session.failure(Failure.TABLE, name() + " cannot be written", e);
        }
    }

    /** Returns the table that is there. */
    private Optional<TableDefinition> there(Session session, WriteContext context) throws ReadException {
        try {
            session.warning().ifPresent(context::warn);
        } catch (SQLException e) {
            throw session.failure(Failure.TABLE, name() + " cannot be written", e);
        }
        Optional<TableDefinition> there = content.definition(session);
        if (there.isPresent()) {
            checkKey(there.get());
        }
        return there;
    }

    /** Creates the table in the writer's transaction. */
    private TableDefinition created(Session session, WriteContext context) throws ReadException {
        try {
            TableName made;
            if (context.joint().isPresent() && session.metaData().dataDefinitionCausesTransactionCommit()) {
                // what others have written in the joint transaction must not be committed before its end
                try (Session apart = Session.open(settings.database(), name(), Session.Access.WRITE)) {
                    made = create(apart, context);
                    apart.connection().commit();
                }
            } else {
                made = create(session, context);
                if (context.joint().isEmpty() && !session.dialect().hasSavepoints()) {
                    // a row that is left out undoes the whole transaction, and would undo the table too
                    session.connection().commit();
                }
            }
            TableName name = TableFinder.find(
                    session, made.qualifier() == null ? settings.schema() : made.qualifier(), made.name());
            return TableDefinition.read(session, name, settings);
        } catch (SQLException e) {
            throw session.failure(Failure.TABLE, name() + " cannot be written", e);
        }
    }

    private TableName create(Session session, WriteContext context) throws ReadException, SQLException {
        return new TableCreation(session, settings).create(context.schema(), context.keyFields());
    }

    private Transaction transaction(String what, WriteContext context) throws ReadException {
        Session session = Session.open(settings.database(), name(), Session.Access.WRITE);
        return new Transaction(session, what, context::warn);
    }

    @Override
    public boolean refersTo(Sink<?> other) throws ReadException {
        if (!(other.rows() instanceof JdbcTable table) || !settings.database().isSame(table.settings.database())) {
            return false;
        }
        try (Session session = Session.open(settings.database(), name(), Session.Access.READ)) {
            Optional<TableName> own = TableFinder.findIfThere(session, settings.schema(), settings.name());
            Optional<TableName> others =
                    TableFinder.findIfThere(session, table.settings.schema(), table.settings.name());
            if (own.isEmpty() || others.isEmpty()) {
                // a table that is still to be created has no foreign keys
                return false;
            }
            return ForeignKey.from(session.metaData(), own.get()).stream()
                    .anyMatch(key -> key.to().isSame(others.get()));
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
