package dev.datasync.jdbc;

import dev.datasync.row.Field;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.source.Completion;
import dev.datasync.source.ReadContext;
import dev.datasync.source.ReadException;
import dev.datasync.source.Receiver;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a table that are read: all of them, or those that meet a condition. Immutable.
 *
 * @param settings the table
 * @param condition what the rows must meet, or {@code null}
 */
record TableContent(TableSettings settings, @Nullable SqlText condition) implements CursorContent {

    /** What a table is that is not there. */
    enum Missing {
        /** A mistake. */
        IS_AN_ERROR,
        /** One without rows, because the run may create it. */
        IS_EMPTY
    }

    /**
     * What tells one table from another.
     *
     * @param database the database: its URL without parameters, or an object where the URL does not tell
     * @param table the table's name
     * @param condition what its rows must meet, or {@code null}
     */
    private record Identity(
            Object database, TableName table, @Nullable SqlText condition) {

        /**
         * Tells whether rows of one can be rows of the other: a part of a table is no other table than the whole.
         * Whether two different conditions overlap, only the user knows.
         */
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Identity identity
                    && database.equals(identity.database)
                    && table.equals(identity.table)
                    && (condition == null || identity.condition == null || condition.equals(identity.condition));
        }

        @Override
        public int hashCode() {
            return Objects.hash(database, table);
        }

        @Override
        public String toString() {
            return "table " + table;
        }
    }

    @Override
    public String name() {
        return "table " + settings.shown();
    }

    @Override
    public JdbcDatabase database() {
        return settings.database();
    }

    @Override
    public String locate(long position) {
        return name() + " row " + position;
    }

    @Override
    public Described describe(Session session) throws SQLException, ReadException {
        TableDefinition definition =
                TableDefinition.read(session, TableFinder.find(session, settings.schema(), settings.name()), settings);
        String what = definition.name() + " " + settings.columns() + (condition == null ? "" : condition.whole());
        return new Described(definition.name(), definition.columns(), what);
    }

    @Override
    public String sql(Session session, Described described, List<String> order, @Nullable String more) {
        TableName table = Objects.requireNonNull(described.table());
        SqlText all = condition;
        if (more != null) {
            all = condition == null ? SqlText.unbound(more) : condition.and(more);
        }
        return new Statements(session.jooq(), table.qualified())
                .reading(described.columns(), session.dialect())
                .select(described.columns().schema().names(), all, order);
    }

    @Override
    public int bind(Session session, PreparedStatement statement) throws SQLException {
        return condition == null ? 1 : condition.bind(statement, 1, session.dialect());
    }

    @Override
    public boolean isVerbatim() {
        return condition == null || condition.isVerbatim();
    }

    private Session open() throws ReadException {
        return Session.open(settings.database(), name(), Session.Access.READ);
    }

    /** Returns the table, or nothing when it is not there and may be created. */
    Optional<TableDefinition> definition(Session session) throws ReadException {
        try {
            Optional<TableName> table = find(session);
            return table.isEmpty()
                    ? Optional.empty()
                    : Optional.of(TableDefinition.read(session, table.get(), settings));
        } catch (SQLException e) {
            throw session.failure(Failure.TABLE, name() + " cannot be read", e);
        }
    }

    private Optional<TableName> find(Session session) throws ReadException, SQLException {
        return settings.is(TableSettings.Choice.CREATE_IF_MISSING)
                ? TableFinder.findIfThere(session, settings.schema(), settings.name())
                : Optional.of(TableFinder.find(session, settings.schema(), settings.name()));
    }

    Optional<Schema> schema() throws ReadException {
        try (Session session = open()) {
            return definition(session).map(TableDefinition::schema);
        }
    }

    @Override
    public Optional<Object> identity() throws ReadException {
        try (Session session = open()) {
            Optional<TableName> table = find(session);
            if (table.isEmpty()) {
                return Optional.empty();
            }
            Object database = DatabaseUrl.of(session.metaData().getURL())
                    .<Object>map(url -> url)
                    .orElse(settings.database().identity());
            return Optional.of(new Identity(database, table.get(), condition));
        } catch (SQLException e) {
            throw Failure.of(Failure.TABLE, name() + " cannot be read", e);
        }
    }

    @Override
    public boolean canOrderBy(List<String> fields) {
        try (Session session = open()) {
            Optional<TableDefinition> definition = definition(session);
            return definition.isPresent()
                    && fields.stream()
                            .allMatch(
                                    field -> isOrderedAsEngine(definition.get().schema(), field, session.dialect()));
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

    Completion read(Receiver<? super Row> receiver, ReadContext context, Missing missing) throws ReadException {
        try (Session session = open()) {
            Optional<TableDefinition> definition = definition(session);
            if (definition.isPresent()) {
                session.warning().ifPresent(context::warn);
                return read(session, definition.get(), receiver, context);
            }
            if (missing == Missing.IS_EMPTY) {
                return Completion.complete();
            }
            throw new ReadException(
                    Failure.TABLE,
                    name() + " is not there: createIfMissing() creates it when it is written, not when it is read");
        } catch (SQLException e) {
            throw Failure.of(Failure.READ, name() + " cannot be read", e);
        }
    }

    private Completion read(
            Session session, TableDefinition definition, Receiver<? super Row> receiver, ReadContext context)
            throws ReadException {
        Schema schema = definition.schema();
        List<String> order = context.order().stream()
                .map(field -> schema.field(field).name())
                .toList();
        String query = new Statements(session.jooq(), definition.name().qualified())
                .reading(definition.columns(), session.dialect())
                .select(schema.names(), condition, order);
        try {
            return new RowStream(session, receiver, context)
                    .read(query, isVerbatim(), definition.columns(), statement -> {
                        if (condition != null) {
                            condition.bind(statement, 1, session.dialect());
                        }
                    });
        } catch (SQLException e) {
            if (context.isCancelled()) {
                throw new CancellationException();
            }
            throw failure(session, e);
        }
    }

    @Override
    public ReadException failure(Session session, SQLException failure) {
        if (condition != null && SqlState.isAboutBinds(failure)) {
            return new ReadException(
                    Failure.QUERY,
                    name() + ": the condition has not as many question marks as binds, or a bind that the database does"
                            + " not take " + RedactedException.codes(failure)
                            + ": give one bind for each question mark",
                    RedactedException.of(failure));
        }
        return session.failure(Failure.READ, name() + " cannot be read", failure);
    }
}
