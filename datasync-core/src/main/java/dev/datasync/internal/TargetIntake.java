package dev.datasync.internal;

import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.run.Stage;
import dev.datasync.source.Source;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** The end of the target's flow: turns its rows into stored records. What cannot be stored fails the run. */
final class TargetIntake implements Flow {

    private final Source<Row> existing;
    private final LayoutHolder layouts;
    private final Intake intake;
    private final @Nullable Fingerprint fingerprint;
    private final Runnable ending;
    private final ByteWriter entry = new ByteWriter();
    private @Nullable Binding last;

    /**
     * @param fingerprint takes all records; {@code null} where nobody will ask for it
     * @param ending fails where a part of the target was read, or records would be judged to be missing that are not
     */
    TargetIntake(
            Source<Row> existing,
            LayoutHolder layouts,
            Intake intake,
            @Nullable Fingerprint fingerprint,
            Runnable ending) {
        this.existing = existing;
        this.layouts = layouts;
        this.intake = intake;
        this.fingerprint = fingerprint;
        this.ending = ending;
    }

    @Override
    public void accept(Object item, long position) {
        Row row = (Row) item;
        try {
            binding(row.schema()).write(entry, row, position);
        } catch (UnusableRecord e) {
            throw unusable(position, e.withRemedy(Side.TARGET));
        } catch (PlanProblems | StageFailure | CancellationException e) {
            throw e;
        } catch (RuntimeException e) {
            // thrown by the key function
            throw unusable(position, StepFlows.reason(e));
        }
        if (fingerprint != null) {
            fingerprint.add(entry);
        }
        intake.add(entry);
    }

    @SuppressWarnings("ReferenceEquality") // rows of one source share their schema: the fast way to know it again
    private Binding binding(Schema schema) {
        Binding known = last;
        if (known == null || known.schema() != schema) {
            known = Binding.ofTarget(layouts.forExisting(schema), schema);
            last = known;
        }
        return known;
    }

    @Override
    public void reject(long position, String reason) {
        throw unusable(position, reason);
    }

    private StageFailure unusable(long position, String reason) {
        return new StageFailure(
                "E-TARGET-RECORD",
                Stage.READ_TARGET,
                existing.locate(position) + " of the target cannot be compared: " + reason + ". Nothing was written",
                null);
    }

    @Override
    public void end() {
        ending.run();
        intake.end();
    }
}
