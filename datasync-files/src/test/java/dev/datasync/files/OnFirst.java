package dev.datasync.files;

import dev.datasync.row.Row;
import dev.datasync.source.Receiver;

/** Does something when the first row comes. */
final class OnFirst implements Receiver<Row> {

    private final Action action;
    private boolean isDone;

    /** What is done. */
    @FunctionalInterface
    interface Action {
        void run() throws Exception;
    }

    OnFirst(Action action) {
        this.action = action;
    }

    @Override
    public void accept(Row row) {
        accept(row, 0);
    }

    @Override
    public void accept(Row row, long position) {
        if (!isDone) {
            isDone = true;
            try {
                action.run();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }

    @Override
    public void reject(long position, String reason) {
        throw new AssertionError(reason);
    }
}
