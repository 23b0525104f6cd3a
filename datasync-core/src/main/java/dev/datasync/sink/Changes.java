package dev.datasync.sink;

import dev.datasync.change.Change;
import java.util.function.Function;

/** Changes of one type of record as changes of another. */
final class Changes {

    private Changes() {}

    static <S, T> Change<T> map(Change<S> change, Function<? super S, ? extends T> type) {
        if (change instanceof Change.Insert<S> insert) {
            return new Change.Insert<>(insert.key(), type.apply(insert.after()));
        }
        if (change instanceof Change.Update<S> update) {
            return new Change.Update<>(
                    update.key(),
                    type.apply(update.before()),
                    type.apply(update.after()),
                    update.differences(),
                    update.position(),
                    update.cause());
        }
        Change.Delete<S> delete = (Change.Delete<S>) change;
        return new Change.Delete<>(delete.key(), type.apply(delete.before()), delete.position());
    }
}
