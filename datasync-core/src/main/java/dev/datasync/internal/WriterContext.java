package dev.datasync.internal;

import dev.datasync.change.ChangeCounts;
import dev.datasync.row.Schema;
import dev.datasync.sink.JointTransaction;
import dev.datasync.sink.WriteContext;
import dev.datasync.source.ReadContext.Cancellation;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What one writer knows of its run. */
final class WriterContext implements WriteContext {

    private final Settings<?> settings;
    private final RunState state;
    private final Layout layout;
    private final Scope scope;
    private final @Nullable JointTransaction joint;
    private volatile ChangeCounts expected;

    WriterContext(
            Settings<?> settings,
            RunState state,
            Layout layout,
            Scope scope,
            @Nullable JointTransaction joint,
            ChangeCounts expected) {
        this.settings = settings;
        this.state = state;
        this.layout = layout;
        this.scope = scope;
        this.joint = joint;
        this.expected = expected;
    }

    /** Says how many changes there are, once the comparison is complete. */
    void expect(ChangeCounts counts) {
        expected = counts;
    }

    @Override
    public String plan() {
        return settings.name();
    }

    @Override
    public Schema schema() {
        return layout.schema();
    }

    @Override
    public List<String> keyFields() {
        return layout.keyNames();
    }

    @Override
    public ChangeCounts expected() {
        return expected;
    }

    @Override
    public OnRejection onRejection() {
        return settings.failurePolicy().isFailFast() ? OnRejection.END_RUN : OnRejection.SKIP_CHANGE;
    }

    @Override
    public Optional<JointTransaction> joint() {
        return Optional.ofNullable(joint);
    }

    @Override
    public void warn(String message) {
        state.warn(message);
    }

    @Override
    public boolean isCancelled() {
        return state.isStopped();
    }

    @Override
    public void onCancel(Cancellation action) {
        scope.register(action);
    }
}
