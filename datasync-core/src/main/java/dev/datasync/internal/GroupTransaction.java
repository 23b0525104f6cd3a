package dev.datasync.internal;

import dev.datasync.run.Stage;
import dev.datasync.sink.JointTransaction;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** The one transaction of a group that was asked for it: whoever joins first opens it. Used once, by one thread. */
final class GroupTransaction implements JointTransaction {

    private @Nullable Object owner;
    private @Nullable Participant participant;
    private String firstToJoin = "";
    private String joining = "";
    private boolean hasJoined;

    /** Opens a plan's writer, which must join. */
    void open(Applier<?> applier) throws Exception {
        joining = applier.sink().name() + " of plan '" + applier.plan() + "'";
        hasJoined = false;
        applier.open(this);
        if (!hasJoined) {
            throw refused(joining + " cannot be written in one transaction with others");
        }
    }

    @Override
    public <P extends Participant> P join(Object wanted, Class<P> type, Callable<P> opener) throws Exception {
        Participant known = participant;
        if (known == null) {
            P opened = opener.call();
            participant = opened;
            owner = wanted;
            firstToJoin = joining;
            hasJoined = true;
            return opened;
        }
        if (!wanted.equals(owner) || !type.isInstance(known)) {
            throw refused(joining + " and " + firstToJoin
                    + " belong to different databases, which have no transaction in common");
        }
        hasJoined = true;
        return type.cast(known);
    }

    private static StageFailure refused(String why) {
        return new StageFailure(
                "E-GROUP-TRANSACTION",
                Stage.APPLY,
                why + ": leave out inOneTransaction(), or take the plan out of the group",
                null);
    }

    void commit() throws Exception {
        if (participant != null) {
            participant.commit();
        }
    }

    /** Closes it, which undoes what is not committed, and returns what that threw. */
    @Nullable
    Throwable close() {
        if (participant == null) {
            return null;
        }
        boolean wasInterrupted = Thread.interrupted();
        try {
            participant.close();
            return null;
        } catch (Exception | Error e) {
            return e;
        } finally {
            if (wasInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
