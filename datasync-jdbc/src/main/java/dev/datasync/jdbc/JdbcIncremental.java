package dev.datasync.jdbc;

import dev.datasync.row.FieldType;
import dev.datasync.row.RecordType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.source.Completion;
import dev.datasync.source.Pool;
import dev.datasync.source.ReadContext;
import dev.datasync.source.ReadException;
import dev.datasync.source.Receiver;
import dev.datasync.source.Source;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a table or query that have changed since they were last read, as a source:
 * {@code JdbcTable.named("orders").in(dataSource).incrementalBy("updated_at")}. Immutable and safe for use by several
 * threads. The plan says with {@code watermarks(...)} where it remembers how far it has read.
 *
 * <p>A row is read again when its column has at least the value of the watermark, or is null. The next watermark is the
 * greatest value that was read, less the overlap. The column must grow with every change: a time that is stamped, or a
 * number that is drawn from a sequence, whenever a row is inserted or updated. Rows that are deleted are not seen.
 *
 * <p>A transaction may commit a value that is smaller than one that was read before. On PostgreSQL a table's watermark
 * never passes what a transaction still open may yet commit, as long as its own server stamps the times and an insert
 * draws the number itself. Elsewhere, and for queries and for times without a zone, the overlap is the bound: what is
 * committed later than that after it was stamped is missed. It is 5 minutes, 1 hour and 5 minutes for times without a
 * zone, and 1,000 for numbers, unless {@link #overlap(Duration)} or {@link #overlap(long)} says otherwise.
 */
public final class JdbcIncremental implements Source<Row> {

    /** How long a reading waits for those that are writing. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final Duration GREATEST_OFFSET = Duration.ofHours(18);

    private final CursorContent content;
    private final String column;
    private final Overlap overlap;
    private final boolean isFenced;
    private final Duration patience;

    private JdbcIncremental(
            CursorContent content, String column, Overlap overlap, boolean isFenced, Duration patience) {
        this.content = content;
        this.column = column;
        this.overlap = overlap;
        this.isFenced = isFenced;
        this.patience = patience;
    }

    static JdbcIncremental of(CursorContent content, String column) {
        TableSettings.checkName("a column", column);
        return new JdbcIncremental(content, column, Overlap.UNSAID, true, PATIENCE);
    }

    /** For the test that shows what the fence is for. */
    JdbcIncremental withoutFence() {
        return new JdbcIncremental(content, column, overlap, false, patience);
    }

    /** For tests, which do not wait. */
    JdbcIncremental waiting(Duration other) {
        return new JdbcIncremental(content, column, overlap, isFenced, other);
    }

    /**
     * Returns this source with another overlap, for a column of times. Rows within it are read again by every run, and
     * compare as unchanged.
     *
     * @param time how much later than stamped a row may be committed, and how far the clocks of those that stamp may
     *     differ; whole days for a column of days, rounded up; may be zero
     * @return the source
     * @throws IllegalArgumentException when it is negative
     */
    public JdbcIncremental overlap(Duration time) {
        return new JdbcIncremental(content, column, Overlap.of(time), isFenced, patience);
    }

    /**
     * Returns this source with another overlap, for a column of numbers. Rows within it are read again by every run, and
     * compare as unchanged.
     *
     * @param number how many numbers may be drawn before a smaller one is committed; may be zero
     * @return the source
     * @throws IllegalArgumentException when it is negative
     */
    public JdbcIncremental overlap(long number) {
        return new JdbcIncremental(content, column, Overlap.of(number), isFenced, patience);
    }

    /**
     * Returns the rows as a source of Java records, whose components are columns by name.
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
        return content.name();
    }

    @Override
    public String locate(long position) {
        return content.locate(position);
    }

    @Override
    public boolean isIncremental() {
        return true;
    }

    @Override
    public Optional<Object> identity() throws ReadException {
        return content.identity();
    }

    @Override
    public Optional<Pool> pool() {
        return Optional.of(content.database().pool());
    }

    @Override
    public boolean canOrderBy(List<String> fields) {
        return content.canOrderBy(fields);
    }

    @Override
    public Optional<Schema> schema() throws ReadException {
        try (Session session = open()) {
            try {
                CursorContent.Described described = content.describe(session);
                kind(described.columns().schema(), place(described.columns().schema()));
                return Optional.of(described.columns().schema());
            } catch (SQLException e) {
                throw content.failure(session, e);
            }
        }
    }

    private Session open() throws ReadException {
        return Session.open(content.database(), name(), Session.Access.READ);
    }

    private int place(Schema schema) throws ReadException {
        int place = schema.indexOf(column);
        if (place < 0) {
            throw new ReadException(
                    Failure.QUERY,
                    name() + " is read by column '" + column + "', which is not among its columns " + schema.names()
                            + ": name one of these in incrementalBy(...), or this one in columns(...) as well");
        }
        return place;
    }

    private CursorKind kind(Schema schema, int place) throws ReadException {
        FieldType type = schema.field(place).type();
        CursorKind kind = CursorKind.of(type)
                .orElseThrow(() -> new ReadException(
                        Failure.QUERY,
                        name() + " cannot be read by column '" + column + "' of type " + type
                                + ": name one of numbers or times in incrementalBy(...), which grows whenever a row"
                                + " changes"));
        if (kind.isNumber() ? overlap.time() != null : overlap.number() != null) {
            throw new ReadException(
                    Failure.QUERY,
                    name() + ": column '" + column + "' is of type " + type + ", so its overlap is a "
                            + (kind.isNumber() ? "number: overlap(1_000)" : "time: overlap(Duration.ofMinutes(5))"));
        }
        return kind;
    }

    @Override
    public Completion read(Receiver<? super Row> receiver, ReadContext context) throws ReadException {
        try (Session session = open()) {
            try {
                session.warning().ifPresent(context::warn);
                return read(session, receiver, context);
            } catch (SQLException e) {
                if (context.isCancelled()) {
                    throw new CancellationException();
                }
                throw content.failure(session, e);
            }
        }
    }

    private Completion read(Session session, Receiver<? super Row> receiver, ReadContext context)
            throws SQLException, ReadException {
        CursorContent.Described described = content.describe(session);
        Schema schema = described.columns().schema();
        int place = place(schema);
        CursorKind kind = kind(schema, place);
        String cursor = schema.field(place).name();
        Object from = begin(context, kind, cursor, described.what());
        Fence fence = fence(session, context, described, kind, cursor, from);
        Greatest greatest = new Greatest(receiver, place, fence);
        List<String> order = context.order().stream()
                .map(field -> schema.field(field).name())
                .toList();
        String name = session.jooq().render(DSL.name(cursor));
        String since = from == null ? null : name + " >= ? or " + name + " is null";
        String query = content.sql(session, described, order, since);
        boolean isVerbatim = since == null && content.isVerbatim();
        new RowStream(session, greatest, context).read(query, isVerbatim, described.columns(), statement -> {
            int next = content.bind(session, statement);
            if (from != null) {
                described.columns().codecs().get(place).bind(statement, next, least(session.dialect(), kind, from));
            }
        });
        Object to = end(kind, from, greatest.value, fence);
        return to == null
                ? Completion.complete()
                : Completion.completeUpTo(new Watermark(kind, to).write(cursor, described.what()));
    }

    /** Returns the least value that the database may hold for one that is not before the watermark. */
    private static Object least(Dialect dialect, CursorKind kind, Object from) {
        // SQLite compares times as texts, and others may have written theirs with any offset
        return dialect instanceof SqliteDialect && kind == CursorKind.INSTANT
                ? kind.minus(from, GREATEST_OFFSET, 0)
                : from;
    }

    /** Returns the value from which to read, or {@code null} to read everything. */
    private @Nullable Object begin(ReadContext context, CursorKind kind, String cursor, String what) {
        String text = context.watermark().orElse(null);
        if (text == null) {
            return null;
        }
        Optional<Watermark> known = Watermark.read(text, kind, cursor, what);
        if (known.isEmpty()) {
            context.warn("the watermark of " + name() + " is not used, and everything is read: "
                    + (Watermark.isNewer(text)
                            ? "a newer version of DataSync has written it"
                            : "it is damaged, or was saved when something else was read"));
        }
        return known.map(Watermark::value).orElse(null);
    }

    private Fence fence(
            Session session,
            ReadContext context,
            CursorContent.Described described,
            CursorKind kind,
            String cursor,
            @Nullable Object from)
            throws SQLException {
        TableName table = described.table();
        boolean mayBeFenced = kind.isNumber() || kind == CursorKind.INSTANT;
        if (isFenced && mayBeFenced && table != null && session.dialect() instanceof PostgresDialect) {
            Optional<PostgresFence> fence = PostgresFence.of(session, context, table, patience);
            if (fence.isPresent()) {
                return fence.get().find(kind, cursor, from);
            }
        }
        return Fence.none(kind, kind.isNumber() ? null : kind.at(DatabaseClock.now(session.connection())));
    }

    /** Returns the next watermark, which is never before the last one. */
    private @Nullable Object end(CursorKind kind, @Nullable Object from, @Nullable Object greatest, Fence fence) {
        if (greatest == null || !fence.mayMove()) {
            return from;
        }
        Object to = kind.minus(greatest, overlap.timeOr(fence.time()), overlap.numberOr(fence.number()));
        return from == null || CursorKind.compare(to, from) > 0 ? to : from;
    }

    /** Notes the greatest value of the column that the fence allows, and passes everything on. */
    private static final class Greatest implements Receiver<Row> {

        private final Receiver<? super Row> receiver;
        private final int place;
        private final Fence fence;
        private @Nullable Object value;

        Greatest(Receiver<? super Row> receiver, int place, Fence fence) {
            this.receiver = receiver;
            this.place = place;
            this.fence = fence;
        }

        @Override
        public void accept(Row row) {
            note(row);
            receiver.accept(row);
        }

        @Override
        public void accept(Row row, long position) {
            note(row);
            receiver.accept(row, position);
        }

        private void note(Row row) {
            Object read = row.value(place);
            Object known = value;
            if (read != null && fence.allows(read) && (known == null || CursorKind.compare(read, known) > 0)) {
                value = read;
            }
        }

        @Override
        public void reject(long position, String reason) {
            receiver.reject(position, reason);
        }
    }

    /**
     * Returns the name for messages.
     *
     * @return for example {@code table orders}
     */
    @Override
    public String toString() {
        return name();
    }
}
