package dev.datasync.jdbc;

import dev.datasync.source.ReadException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A small table of our own in a user's database, in the schema of the connections. Its name and columns are such that no
 * product wants them quoted.
 *
 * @param database where it is
 * @param name its name
 * @param columns its columns with their types, and the key
 */
record StateTable(JdbcDatabase database, String name, String columns) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,29}");

    StateTable {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a table for DataSync's own state needs a name of up to 30 letters, digits and underscores");
        }
    }

    StateTable named(String other) {
        return new StateTable(database, other, columns);
    }

    String what() {
        return "table " + name;
    }

    Session open(Session.Access access) throws ReadException {
        return Session.open(database, what(), access);
    }

    /** Returns the quoted name of the table, if it is there. */
    Optional<String> find(Session session) throws SQLException, ReadException {
        String schema = session.connection().getSchema();
        return TableFinder.findIfThere(session, schema, name)
                .filter(table -> schema == null || table.schema() == null || schema.equals(table.schema()))
                .map(table -> session.jooq().render(table.qualified()));
    }

    /** Returns the quoted name of the table, which is created in a transaction of its own when it is not there. */
    String findOrCreate(Session session) throws SQLException, ReadException {
        Optional<String> there = find(session);
        if (there.isPresent()) {
            return there.get();
        }
        SQLException failure = null;
        try (Statement statement = session.connection().createStatement()) {
            statement.execute("create table " + name + " (" + columns + ")");
            session.connection().commit();
        } catch (SQLException e) {
            // somebody else may have been faster
            session.connection().rollback();
            failure = e;
        }
        Optional<String> made = find(session);
        if (made.isPresent()) {
            return made.get();
        }
        throw Failure.of(
                Failure.TABLE,
                what() + " cannot be created",
                failure == null ? new SQLException("the database does not show it", "42000") : failure);
    }
}
