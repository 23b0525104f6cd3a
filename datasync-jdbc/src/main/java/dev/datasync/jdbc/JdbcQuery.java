package dev.datasync.jdbc;

import dev.datasync.row.RecordType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.source.Completion;
import dev.datasync.source.Pool;
import dev.datasync.source.ReadContext;
import dev.datasync.source.ReadException;
import dev.datasync.source.Receiver;
import dev.datasync.source.Source;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The result of an SQL query, as a source: {@code JdbcQuery.sql("select ... where x > ?", 5).in(dataSource)}. Immutable
 * and safe for use by several threads.
 *
 * <p>The query is executed in a read-only transaction, once per reading, and its rows are streamed, a thousand at a
 * time. The connection goes back to the {@link DataSource} in the state in which it came.
 */
public final class JdbcQuery implements Source<Row> {

    private final SqlText query;
    private final JdbcDatabase database;

    private JdbcQuery(SqlText query, JdbcDatabase database) {
        this.query = query;
        this.database = database;
    }

    /**
     * Returns a query's text, to be completed by {@link Text#in}. The text is sent as it is: never put values into it,
     * give them as binds.
     *
     * @param sql the query in the database's own SQL, with {@code ?} for each bind; an operator that is a question mark,
     *     as PostgreSQL has them for {@code jsonb}, is written {@code ??}
     * @param binds the values for the question marks in order, each {@code null} or of a class that the driver takes; an
     *     {@link Instant} is bound as a timestamp with time zone, an enum by its name
     * @return the text
     * @throws IllegalArgumentException when the text is blank
     */
    public static Text sql(String sql, @Nullable Object... binds) {
        return new Text(new SqlText("a query", sql, binds));
    }

    /** A query of which the database is not known yet. Immutable. */
    public static final class Text {

        private final SqlText query;

        private Text(SqlText query) {
            this.query = query;
        }

        /**
         * Returns this query on a database.
         *
         * @param dataSource gives connections that nobody else uses at the same time, and is not closed
         * @return the query as a source
         */
        public JdbcQuery in(DataSource dataSource) {
            return in(JdbcDatabase.of(dataSource));
        }

        /**
         * Returns this query on the database behind jOOQ.
         *
         * @param jooq as in {@link JdbcDatabase#of(DSLContext)}
         * @return the query as a source
         * @throws IllegalArgumentException when it stands on a single connection
         */
        public JdbcQuery in(DSLContext jooq) {
            return in(JdbcDatabase.of(jooq));
        }

        /**
         * Returns this query on a database.
         *
         * @param database the database
         * @return the query as a source
         */
        public JdbcQuery in(JdbcDatabase database) {
            return new JdbcQuery(query, database);
        }
    }

    /**
     * Returns this query as an incremental source, which reads what has changed since the last run.
     *
     * @param column a column that grows whenever a row is inserted or updated: of times that are stamped, or of numbers
     *     that are drawn from a sequence
     * @return the incremental source
     * @throws IllegalArgumentException when the name is blank or has control characters
     */
    public JdbcIncremental incrementalBy(String column) {
        return JdbcIncremental.of(new QueryContent(query, database), column);
    }

    /**
     * Returns the query as a source of Java records, whose components are columns by name.
     *
     * @param type the record's class
     * @param <R> the record's type
     * @return the source of those records
     * @throws IllegalArgumentException when the class is not accessible
     */
    public <R extends Record> Source<R> as(Class<R> type) {
        return Source.typed(this, RecordType.of(type));
    }

    @Override
    public String name() {
        return "query";
    }

    @Override
    public Optional<Pool> pool() {
        return Optional.of(database.pool());
    }

    @Override
    public String locate(long position) {
        return "query row " + position;
    }

    @Override
    public Optional<Schema> schema() throws ReadException {
        try (Session session = Session.open(database, name(), Session.Access.READ);
                PreparedStatement statement = prepare(session)) {
            ResultSetMetaData metaData = statement.getMetaData();
            return metaData == null
                    ? Optional.empty()
                    : Optional.of(Columns.of(metaData, session.dialect()).schema());
        } catch (SQLFeatureNotSupportedException e) {
            return Optional.empty();
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    @Override
    public Completion read(Receiver<? super Row> receiver, ReadContext context) throws ReadException {
        try (Session session = Session.open(database, name(), Session.Access.READ)) {
            session.warning().ifPresent(context::warn);
            try (PreparedStatement statement = prepare(session)) {
                return new RowStream(session, receiver, context).readUnknown(statement, query);
            } catch (SQLException e) {
                if (context.isCancelled()) {
                    throw new CancellationException();
                }
                if (database.isClosed()) {
                    throw session.failure(Failure.READ, "the query cannot be read", e);
                }
                throw e;
            }
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    private PreparedStatement prepare(Session session) throws SQLException {
        PreparedStatement statement = session.connection()
                .prepareStatement(query.sql(), ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY);
        try {
            query.bind(statement, 1, session.dialect());
            return statement;
        } catch (SQLException e) {
            try (statement) {
                throw e;
            }
        }
    }

    static ReadException failure(SQLException failure) {
        if (SqlState.isAboutBinds(failure)) {
            return new ReadException(
                    Failure.QUERY,
                    "the query has not as many question marks as binds, or a bind that the database does not take "
                            + RedactedException.codes(failure) + ": give sql(...) one bind for each question mark",
                    RedactedException.of(failure));
        }
        boolean isWrong = SqlState.of(failure).startsWith("42");
        return Failure.of(isWrong ? Failure.QUERY : Failure.READ, "the query cannot be read", failure);
    }

    /**
     * Returns the name for messages.
     *
     * @return the name, without the query's text
     */
    @Override
    public String toString() {
        return name();
    }
}
