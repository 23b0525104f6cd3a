package dev.datasync.http;

import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.source.Receiver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Passes records on, and notes which of the fields that were asked for none of them has: a wrong name has no other sign. */
final class AbsentFields implements Receiver<Row> {

    private final Receiver<? super Row> receiver;
    private final List<String> absent;
    private @Nullable Schema last;
    private long records;

    AbsentFields(Receiver<? super Row> receiver, List<String> wanted) {
        this.receiver = receiver;
        this.absent = new ArrayList<>(wanted);
    }

    /** Returns what a person should know, or empty when there is nothing, or were no records. */
    Optional<String> warning(String name) {
        if (records == 0 || absent.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of("none of the " + records + " records of " + name + " has what fields(...) names: "
                + absent.stream().map(field -> "'" + ShownName.of(field) + "'").collect(Collectors.joining(", "))
                + ". Is it called otherwise, or inside of an object, so that flatten() is needed?");
    }

    @SuppressWarnings("ReferenceEquality") // records of one shape share their schema: the fast way to know it again
    private void note(Row row) {
        records++;
        if (row.schema() != last) {
            last = row.schema();
            absent.removeIf(row.schema()::has);
        }
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

    @Override
    public void reject(long position, String reason) {
        receiver.reject(position, reason);
    }
}
