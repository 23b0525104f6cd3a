package dev.datasync.jdbc;

import dev.datasync.source.ReadException;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What can be read from a value of one of its columns on: a table or a query. Immutable. */
interface CursorContent {

    /**
     * What is read, as the database describes it.
     *
     * @param table the table, or {@code null} for a query
     * @param columns the columns
     * @param what changes when something else is read; never shown
     */
    record Described(@Nullable TableName table, Columns columns, String what) {}

    /** Returns the name for messages. */
    String name();

    /** Returns where it is. */
    JdbcDatabase database();

    /** Describes a row's position for messages. */
    String locate(long position);

    /** Returns what tells this from other contents. */
    Optional<Object> identity() throws ReadException;

    /** Tells whether the rows can come in the engine's order of some columns. */
    boolean canOrderBy(List<String> fields);

    /** Looks the columns up. */
    Described describe(Session session) throws SQLException, ReadException;

    /**
     * Returns the query for the rows.
     *
     * @param order the columns by which they come in order
     * @param more a further condition, whose question marks come last, or {@code null}
     */
    String sql(Session session, Described described, List<String> order, @Nullable String more);

    /** Binds the values of the question marks, and returns the parameter that comes next. */
    int bind(Session session, PreparedStatement statement) throws SQLException;

    /** Tells whether the server gets what the user wrote as it is, without parameters. */
    boolean isVerbatim();

    /** Returns the exception for a reading that failed. */
    ReadException failure(Session session, SQLException failure);
}
