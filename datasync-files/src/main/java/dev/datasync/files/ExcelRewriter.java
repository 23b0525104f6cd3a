package dev.datasync.files;

import dev.datasync.change.Change;
import dev.datasync.row.Row;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.NotCommittedException;
import dev.datasync.sink.Outcome;
import dev.datasync.sink.WriteContext;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a workbook anew beside the old one and puts it into its place at the commit.
 *
 * <p>Updates and deletes are kept in memory until all are known, which is when the first insert or the commit comes.
 * Inserts go straight into the new file.
 */
@SuppressWarnings("try") // as in ChangeWriter
final class ExcelRewriter implements ChangeWriter<Row> {

    private static final int CHANGES_BETWEEN_LOOKS = 4_096;

    private final String name;
    private final Path target;
    private final FileStamp expected;
    private final WriteContext context;
    private final ReplacementFile replacement;
    private final SheetContent content;
    private final NotedStream out;

    private State state = State.COLLECTING;
    private long appended;

    private enum State {
        COLLECTING,
        APPENDING,
        COMMITTED,
        /** What was written so far ends somewhere, and must never become the file. */
        FAILED
    }

    ExcelRewriter(
            String name,
            Path target,
            FileStamp expected,
            WriteContext context,
            ReplacementFile replacement,
            SheetContent content,
            NotedStream out) {
        this.name = name;
        this.target = target;
        this.expected = expected;
        this.context = context;
        this.replacement = replacement;
        this.content = content;
        this.out = out;
    }

    @Override
    public List<Outcome> write(List<Change<Row>> batch) throws Exception {
        List<Outcome> outcomes = new ArrayList<>(batch.size());
        for (Change<Row> change : batch) {
            outcomes.add(write(change));
        }
        return outcomes;
    }

    private Outcome write(Change<Row> change) throws NotCommittedException {
        try {
            if (change instanceof Change.Insert<Row> insert) {
                append(insert.after());
            } else if (state == State.APPENDING || state == State.COMMITTED) {
                throw new IllegalStateException("updates and deletes must come before inserts");
            } else {
                content.touch(change);
            }
            return Outcome.applied();
        } catch (CellValues.Unwritable e) {
            return Outcome.rejected(e.reason());
        }
    }

    private void append(Row row) throws CellValues.Unwritable, NotCommittedException {
        beginOnce();
        if (++appended % CHANGES_BETWEEN_LOOKS == 0) {
            requireNotCancelled();
        }
        try {
            content.append(row);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            state = State.FAILED;
            throw notWritten(e);
        }
    }

    private void beginOnce() throws NotCommittedException {
        if (state != State.COLLECTING) {
            return;
        }
        state = State.FAILED;
        try {
            requireUnchanged();
            content.begin();
        } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
            throw notWritten(e);
        }
        state = State.APPENDING;
    }

    @Override
    public void commit() throws Exception {
        if (state == State.COMMITTED) {
            throw new IllegalStateException("a writer commits once");
        }
        beginOnce();
        if (state == State.FAILED) {
            throw new NotCommittedException(name + " is as it was: its new content could not be written before");
        }
        state = State.FAILED;
        try {
            content.finish();
            replacement.finish();
            requireNotCancelled();
            requireUnchanged();
        } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
            throw notWritten(e);
        }
        replacement.replaceUnchanged(expected, movedMessage());
        state = State.COMMITTED;
    }

    private void requireUnchanged() throws IOException, NotCommittedException {
        if (!expected.equals(FileStamp.of(target))) {
            throw new NotCommittedException(movedMessage());
        }
    }

    private String movedMessage() {
        return ComparedFiles.moved(name);
    }

    private void requireNotCancelled() throws NotCommittedException {
        if (context.isCancelled()) {
            state = State.FAILED;
            throw new NotCommittedException(name + " is as it was: the run was cancelled");
        }
    }

    private NotCommittedException notWritten(Throwable failure) {
        IOException noted = out.failure();
        String message = name + " is as it was: the new content could not be written beside it: ";
        if (noted instanceof ClosedByInterruptException) {
            return new NotCommittedException(message + "the thread was interrupted", noted);
        }
        if (noted != null || failure instanceof FileSystemException) {
            IOException cause = noted == null ? (IOException) failure : noted;
            return new NotCommittedException(message + cause.getMessage(), cause);
        }
        if (failure instanceof OutOfMemoryError) {
            return new NotCommittedException(
                    message + "there is not enough memory for it: start Java with more (-Xmx)");
        }
        // what the library says may quote the workbook
        String reason = failure instanceof ExcelFault fault
                ? fault.getMessage()
                : "the library that writes workbooks failed with "
                        + failure.getClass().getName() + ": is there enough space for temporary files, and does the"
                        + " workbook open in Excel? Save it there again";
        return new NotCommittedException(message + reason);
    }

    @Override
    public void close() throws IOException {
        try (replacement) {
            content.close();
        }
    }

    @Override
    public String method() {
        return expected.exists() ? "rewritten atomically" : "written atomically";
    }
}
