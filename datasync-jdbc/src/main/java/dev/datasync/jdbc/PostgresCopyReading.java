package dev.datasync.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;
import org.postgresql.jdbc.PreferQueryMode;

/**
 * Reads by PostgreSQL's COPY in its binary form, by its own driver. Loaded only when that driver is there.
 */
final class PostgresCopyReading implements BulkReading {

    /** Before that, some settings and servers are different. */
    private static final int FIRST_VERSION = 10;

    /** Others speak its protocol, and may lack what is asked for next: they are known by their name. */
    private static final String IS_POSTGRESQL = "select " + PostgresDialect.IS_POSTGRES;

    /**
     * Whether it has settings under which COPY delivers what a cursor delivers. A time limit of
     * statements would be one for the whole reading. A type of the user's own that has the name of another would be
     * taken for it. Several processes, which a cursor never has, and a scan that begins where another one is would mix
     * up the rows of a table, so that two tables would not come in a similar order.
     */
    private static final String FITS = "select pg_catalog.current_setting('statement_timeout') = '0'"
            + " and pg_catalog.current_setting('client_encoding') = 'UTF8'"
            + " and pg_catalog.current_setting('server_encoding') <> 'SQL_ASCII'"
            + " and not exists (select 1 from pg_catalog.pg_type t where t.typname in ('bool', 'int2', 'int4', 'int8',"
            + " 'serial', 'smallserial', 'bigserial', 'oid', 'float4', 'float8', 'numeric', 'varchar', 'text', 'name',"
            + " 'bpchar', 'json', 'jsonb', 'bytea', 'uuid', 'date', 'time', 'timestamp', 'timestamptz')"
            + " and t.typnamespace <> 'pg_catalog'::pg_catalog.regnamespace),"
            + " pg_catalog.set_config('max_parallel_workers_per_gather', '0', true),"
            + " pg_catalog.set_config('synchronize_seqscans', 'off', true)";

    private final Connection connection;
    private final PGConnection postgres;

    private PostgresCopyReading(Connection connection, PGConnection postgres) {
        this.connection = connection;
        this.postgres = postgres;
    }

    /** Returns the reading by COPY, where driver and server allow it. */
    static Optional<BulkReading> of(Connection connection) throws SQLException {
        if (!PostgresCopy.DRIVER.equals(connection.getMetaData().getDriverName())
                || connection.getMetaData().getDatabaseMajorVersion() < FIRST_VERSION) {
            return Optional.empty();
        }
        try {
            Optional<PGConnection> postgres = unwrapped(connection);
            return postgres.isPresent()
                            && describes(postgres.get())
                            && is(connection, IS_POSTGRESQL)
                            && is(connection, FITS)
                    ? Optional.of(new PostgresCopyReading(connection, postgres.get()))
                    : Optional.empty();
        } catch (LinkageError e) {
            // the driver belongs to a class loader that is not ours
            return Optional.empty();
        }
    }

    private static Optional<PGConnection> unwrapped(Connection connection) {
        try {
            return connection.isWrapperFor(PGConnection.class)
                    ? Optional.of(connection.unwrap(PGConnection.class))
                    : Optional.empty();
        } catch (SQLException e) {
            // a pool that does not show what it holds
            return Optional.empty();
        }
    }

    /** With simple queries the driver executes the whole query to describe it, and keeps all of its rows. */
    private static boolean describes(PGConnection postgres) {
        return postgres.getPreferQueryMode() != PreferQueryMode.SIMPLE;
    }

    private static boolean is(Connection connection, String question) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(question)) {
            return rows.next() && rows.getBoolean(1);
        }
    }

    @Override
    public Optional<Result> result(String query, Columns columns) {
        ColumnCodec.Decoder[] decoders =
                new ColumnCodec.Decoder[columns.codecs().size()];
        for (int i = 0; i < decoders.length; i++) {
            ColumnCodec.Decoder decoder = columns.codecs().get(i).decoder();
            if (decoder == null) {
                return Optional.empty();
            }
            decoders[i] = decoder;
        }
        // nothing behind the query can become part of it, not even when it ends in a comment
        return Optional.of(
                new Copied(connection, postgres, "copy (" + query + "\n) to stdout (format binary)", decoders));
    }

    /** The rows that one COPY sends, each in a message of its own. */
    private static final class Copied implements Result {

        private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xFF, '\r', '\n', 0};

        /** Behind the signature come flags, and the length of what comes before the first row. */
        private static final int HEADER = SIGNATURE.length + 2 * Integer.BYTES;

        private static final int END = -1;
        private static final int NULL = -1;

        private final Connection connection;
        private final PGConnection postgres;
        private final String sql;
        private final ColumnCodec.Decoder[] decoders;
        private @Nullable CopyOut copy;
        private boolean isCancellable;
        private boolean isLost;
        private boolean isBegun;
        private byte[] row = {};
        private int place;

        Copied(Connection connection, PGConnection postgres, String sql, ColumnCodec.Decoder[] decoders) {
            this.connection = connection;
            this.postgres = postgres;
            this.sql = sql;
            this.decoders = decoders;
        }

        @Override
        public String name() {
            return "COPY";
        }

        @Override
        public void open() throws SQLException {
            setCancellable(true);
            copy = postgres.getCopyAPI().copyOut(sql);
        }

        @Override
        public boolean next() throws SQLException {
            CopyOut open = Objects.requireNonNull(copy, "open() comes first");
            row = received(open);
            place = 0;
            if (!isBegun) {
                place = header(row);
                isBegun = true;
                if (place == row.length) {
                    row = received(open);
                    place = 0;
                }
            }
            if (row.length - place < Short.BYTES) {
                throw PostgresBinary.unexpected();
            }
            int count = PostgresBinary.int16(row, place);
            place += Short.BYTES;
            if (count == END) {
                // what comes now is whether all went well
                if (message(open) != null) {
                    throw PostgresBinary.unexpected();
                }
                return false;
            }
            if (count != decoders.length) {
                throw PostgresBinary.unexpected();
            }
            return true;
        }

        private byte[] received(CopyOut open) throws SQLException {
            byte[] message = message(open);
            if (message == null) {
                // without the mark at the end, rows may be missing
                throw PostgresBinary.unexpected();
            }
            return message;
        }

        private byte @Nullable [] message(CopyOut open) throws SQLException {
            // if the memory does not suffice for a row, its bytes are still to come, and would be taken for messages
            isLost = true;
            try {
                byte[] message = open.readFromCopy();
                isLost = false;
                return message;
            } catch (SQLException e) {
                // after what the server says of itself, the COPY is over
                isLost = open.isActive();
                throw e;
            }
        }

        /** Returns where the first row begins. */
        private static int header(byte[] message) throws SQLException {
            if (message.length < HEADER) {
                throw PostgresBinary.unexpected();
            }
            for (int i = 0; i < HEADER; i++) {
                // no flag is known, nor anything else that could come before the first row
                if (message[i] != (i < SIGNATURE.length ? SIGNATURE[i] : 0)) {
                    throw PostgresBinary.unexpected();
                }
            }
            return HEADER;
        }

        @Override
        public @Nullable Object value(int column) throws SQLException {
            if (row.length - place < Integer.BYTES) {
                throw PostgresBinary.unexpected();
            }
            int length = PostgresBinary.int32(row, place);
            int from = place + Integer.BYTES;
            if (length == NULL) {
                place = from;
                return null;
            }
            if (length < 0 || length > row.length - from) {
                throw PostgresBinary.unexpected();
            }
            place = from + length;
            return decoders[column].decode(row, from, length);
        }

        private synchronized void setCancellable(boolean now) {
            isCancellable = now;
        }

        /** Holds the monitor meanwhile, so that it never ends what comes next on the same connection. */
        @Override
        public synchronized void cancel() throws SQLException {
            if (isCancellable) {
                postgres.cancelQuery();
            }
        }

        /** The driver's own way to end a COPY leaves the rest of the rows on the connection. */
        @Override
        public void close() {
            setCancellable(false);
            CopyOut open = copy;
            if (open == null || !open.isActive()) {
                return;
            }
            try {
                if (!isLost) {
                    postgres.cancelQuery();
                    while (open.isActive()) {
                        open.readFromCopy();
                    }
                }
            } catch (SQLException e) {
                // the expected answer, or the connection is lost
            }
            if (open.isActive()) {
                abort();
            }
        }

        /** The driver would wait for the end of the COPY before it executes anything else. */
        private void abort() {
            try {
                connection.abort(Runnable::run);
            } catch (SQLException e) {
                // it was lost before
            }
        }
    }
}
