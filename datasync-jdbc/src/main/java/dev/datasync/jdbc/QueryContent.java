package dev.datasync.jdbc;

import dev.datasync.source.ReadException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A query that is read from a value of one of its columns on: it becomes a table of another query.
 *
 * @param query the query
 * @param database where it is executed
 */
record QueryContent(SqlText query, JdbcDatabase database) implements CursorContent {

    private static final Pattern END = Pattern.compile(";\\s*$");

    @Override
    public String name() {
        return "query";
    }

    @Override
    public String locate(long position) {
        return "query row " + position;
    }

    @Override
    public Optional<Object> identity() {
        return Optional.empty();
    }

    @Override
    public boolean canOrderBy(List<String> fields) {
        return false;
    }

    @Override
    public Described describe(Session session) throws SQLException, ReadException {
        try (PreparedStatement statement = session.connection().prepareStatement(from("select *") + " where 1 = 0")) {
            bind(session, statement);
            try (ResultSet rows = statement.executeQuery()) {
                return new Described(null, Columns.of(rows.getMetaData(), session.dialect()), query.whole());
            }
        }
    }

    @Override
    public String sql(Session session, Described described, List<String> order, @Nullable String more) {
        return from("select *") + (more == null ? "" : " where " + more);
    }

    /** Nothing behind the query can become part of it, not even when it ends in a comment. */
    private String from(String select) {
        return select + " from (" + END.matcher(query.sql()).replaceFirst("") + "\n) datasync_rows";
    }

    @Override
    public int bind(Session session, PreparedStatement statement) throws SQLException {
        return query.bind(statement, 1, session.dialect());
    }

    @Override
    public boolean isVerbatim() {
        return query.isVerbatim();
    }

    @Override
    public ReadException failure(Session session, SQLException failure) {
        return database.isClosed()
                ? session.failure(Failure.READ, "the query cannot be read", failure)
                : JdbcQuery.failure(failure);
    }
}
