package dev.datasync.sink;

import java.util.concurrent.Callable;

/** The one transaction in which all plans of a group write. Used by one thread. */
public interface JointTransaction {

    /**
     * Returns what does the work: opened by the first writer that asks, and the same for all that ask later. A writer
     * that joins writes through it; its own {@code commit()} and {@code close()} then leave the transaction alone, which
     * the group commits and closes.
     *
     * @param owner what the transaction belongs to, for example a database; a group whose writers name different ones
     *     is refused
     * @param type the participant's class
     * @param opener opens it
     * @param <P> the participant's type
     * @return the participant
     * @throws Exception when it cannot be opened, or belongs to somebody else
     */
    <P extends Participant> P join(Object owner, Class<P> type, Callable<P> opener) throws Exception;

    /** What a joint transaction commits and closes. */
    interface Participant {

        /**
         * Commits what all writers have written, as {@link ChangeWriter#commit}.
         *
         * @throws Exception when it fails
         */
        void commit() throws Exception;

        /**
         * Releases everything; what is not committed is undone.
         *
         * @throws Exception when that fails
         */
        void close() throws Exception;
    }
}
