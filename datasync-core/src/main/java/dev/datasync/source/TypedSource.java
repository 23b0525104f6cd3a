package dev.datasync.source;

import dev.datasync.row.ConversionException;
import dev.datasync.row.RecordType;
import dev.datasync.row.Row;
import dev.datasync.row.RowException;
import dev.datasync.row.Schema;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Delivers rows as records of another type; a row that does not become one is rejected. */
final class TypedSource<T> implements Source<T> {

    private final Source<Row> rows;
    private final RecordType<T> type;

    TypedSource(Source<Row> rows, RecordType<T> type) {
        this.rows = rows;
        this.type = type;
    }

    @Override
    public Completion read(Receiver<? super T> receiver, ReadContext context) throws Exception {
        return rows.read(new Converting<>(receiver, type), context);
    }

    @Override
    public String name() {
        return rows.name();
    }

    @Override
    public Optional<Schema> schema() throws Exception {
        Optional<Schema> typed = type.schema();
        Optional<Schema> read = rows.schema();
        if (typed.isPresent() && read.isPresent()) {
            List<String> missing = typed.get().names().stream()
                    .filter(name -> !read.get().has(name))
                    .toList();
            if (!missing.isEmpty()) {
                throw new ReadException(
                        "E-RECORD-FIELD",
                        rows.name() + " lacks the fields " + missing + " that " + type + " needs: its fields are "
                                + read.get().names());
            }
        }
        return typed;
    }

    @Override
    public boolean canOrderBy(List<String> fields) {
        return rows.canOrderBy(fields);
    }

    @Override
    public boolean isIncremental() {
        return rows.isIncremental();
    }

    @Override
    public Optional<Object> identity() throws Exception {
        return rows.identity();
    }

    @Override
    public Optional<Pool> pool() {
        return rows.pool();
    }

    @Override
    public OptionalLong estimatedSize() {
        return rows.estimatedSize();
    }

    @Override
    public String locate(long position) {
        return rows.locate(position);
    }

    private static final class Converting<T> implements Receiver<Row> {

        private final Receiver<? super T> receiver;
        private final RecordType<T> type;
        private long count;

        Converting(Receiver<? super T> receiver, RecordType<T> type) {
            this.receiver = receiver;
            this.type = type;
        }

        @Override
        public void accept(Row row) {
            accept(row, ++count);
        }

        @Override
        public void accept(Row row, long position) {
            T converted;
            try {
                converted = type.fromRow(row);
            } catch (RowException | ConversionException e) {
                receiver.reject(position, String.valueOf(e.getMessage()));
                return;
            } catch (RuntimeException e) {
                // thrown by the record's own code, whose message may show a value
                receiver.reject(
                        position, "making the record threw " + e.getClass().getName());
                return;
            }
            receiver.accept(converted, position);
        }

        @Override
        public void reject(long position, String reason) {
            receiver.reject(position, reason);
        }
    }
}
