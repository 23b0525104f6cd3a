package dev.datasync.jdbc;

import dev.datasync.sink.TransactionPart;
import dev.datasync.source.ReadException;
import dev.datasync.state.WatermarkStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * Watermarks in a table of a database: {@code JdbcWatermarks.in(dataSource)}. Immutable and safe for use by several
 * threads.
 *
 * <p>The table, {@code datasync_watermarks} unless {@link #named} says otherwise, has a row per plan and is created by
 * the first run, not by a preview. When the target is in the same {@link JdbcDatabase} or {@link DataSource}, the
 * watermark is committed together with the changes. A plan whose row is removed, as {@link #forget} does, reads
 * everything once.
 */
public final class JdbcWatermarks implements WatermarkStore {

    private static final String COLUMNS =
            "plan_name varchar(200) not null, watermark varchar(4000) not null, primary key (plan_name)";

    private final StateTable table;

    private JdbcWatermarks(StateTable table) {
        this.table = table;
    }

    /**
     * Returns the store in a database.
     *
     * @param dataSource gives connections that nobody else uses at the same time, and is not closed
     * @return the store
     */
    public static JdbcWatermarks in(DataSource dataSource) {
        return in(JdbcDatabase.of(dataSource));
    }

    /**
     * Returns the store in a database.
     *
     * @param database the database
     * @return the store
     */
    public static JdbcWatermarks in(JdbcDatabase database) {
        return new JdbcWatermarks(new StateTable(database, "datasync_watermarks", COLUMNS));
    }

    /**
     * Returns this store with a table of another name.
     *
     * @param name up to 30 letters, digits and underscores
     * @return the store
     * @throws IllegalArgumentException when the name is none
     */
    public JdbcWatermarks named(String name) {
        return new JdbcWatermarks(table.named(name));
    }

    @Override
    public String name() {
        return table.what();
    }

    @Override
    public void prepare() throws ReadException {
        try (Session session = table.open(Session.Access.WRITE)) {
            try {
                table.findOrCreate(session);
            } catch (SQLException e) {
                throw session.failure(Failure.TABLE, table.what() + " cannot be created", e);
            }
        }
    }

    @Override
    public Optional<String> load(String plan) throws ReadException {
        try (Session session = table.open(Session.Access.READ)) {
            try {
                Optional<String> name = table.find(session);
                return name.isEmpty() ? Optional.empty() : load(session.connection(), name.get(), plan);
            } catch (SQLException e) {
                throw session.failure(Failure.READ, table.what() + " cannot be read", e);
            }
        }
    }

    private static Optional<String> load(Connection connection, String table, String plan) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select plan_name, watermark from " + table + " where plan_name = ?")) {
            statement.setString(1, plan);
            try (ResultSet rows = statement.executeQuery()) {
                // to some databases names are equal that differ in case or trailing spaces
                return rows.next() && plan.equals(rows.getString(1))
                        ? Optional.of(rows.getString(2))
                        : Optional.empty();
            }
        }
    }

    @Override
    public void save(String plan, String watermark) throws ReadException {
        try (Session session = table.open(Session.Access.WRITE)) {
            try {
                save(session.connection(), table.findOrCreate(session), plan, watermark);
                session.connection().commit();
            } catch (SQLException e) {
                throw session.failure(Failure.WRITE, table.what() + " cannot be written", e);
            }
        }
    }

    @Override
    public TransactionPart saving(String plan, String watermark) {
        return new DatabasePart(table.database(), table.what() + " cannot be written", session -> {
            // not created here: in some databases that would commit the changes
            String name = table.find(session)
                    .orElseThrow(() -> new ReadException(
                            Failure.TABLE, table.what() + " is not there any more: run the plan again"));
            save(session.connection(), name, plan, watermark);
        });
    }

    private static void save(Connection connection, String table, String plan, String watermark) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "update " + table + " set watermark = ?, plan_name = ? where plan_name = ?")) {
            update.setString(1, watermark);
            update.setString(2, plan);
            update.setString(3, plan);
            if (update.executeUpdate() > 0) {
                return;
            }
        }
        try (PreparedStatement insert =
                connection.prepareStatement("insert into " + table + " (plan_name, watermark) values (?, ?)")) {
            insert.setString(1, plan);
            insert.setString(2, watermark);
            insert.executeUpdate();
        }
    }

    /**
     * Removes the watermark of a plan, so that its next run reads everything: after a change to what the plan does with
     * the rows, for example.
     *
     * @param plan the plan's name
     * @throws ReadException when that fails
     */
    public void forget(String plan) throws ReadException {
        try (Session session = table.open(Session.Access.WRITE)) {
            try {
                Optional<String> name = table.find(session);
                if (name.isPresent()) {
                    try (PreparedStatement statement = session.connection()
                            .prepareStatement("delete from " + name.get() + " where plan_name = ?")) {
                        statement.setString(1, plan);
                        statement.executeUpdate();
                    }
                    session.connection().commit();
                }
            } catch (SQLException e) {
                throw session.failure(Failure.WRITE, table.what() + " cannot be written", e);
            }
        }
    }

    /**
     * Returns the name for messages.
     *
     * @return for example {@code table datasync_watermarks}
     */
    @Override
    public String toString() {
        return name();
    }
}
