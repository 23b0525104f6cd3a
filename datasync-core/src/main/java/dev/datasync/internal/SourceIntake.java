package dev.datasync.internal;

import dev.datasync.match.Key;
import dev.datasync.row.RecordType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.run.PlanException;
import dev.datasync.run.Rejection;
import dev.datasync.run.Stage;
import dev.datasync.source.Source;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** The end of the source's flow: turns its records into stored ones, and rejects those that cannot be stored. */
final class SourceIntake<T> implements Flow {

    /** Schemas made up per record must not fill the memory. */
    private static final int MOST_BINDINGS = 1_024;

    private final Settings<T> settings;
    private final RunState state;
    private final Source<?> source;
    private final LayoutHolder layouts;
    private final Intake intake;
    private final RecordType<T> type;
    private final ByteWriter entry = new ByteWriter();
    private final IdentityHashMap<Schema, Binding> bindings = new IdentityHashMap<>();
    private @Nullable Binding last;
    private boolean lacksRequiredField;
    private long accepted;

    SourceIntake(Settings<T> settings, RunState state, LayoutHolder layouts, Intake intake) {
        this.settings = settings;
        this.state = state;
        this.source = settings.source();
        this.layouts = layouts;
        this.intake = intake;
        this.type = settings.sink().recordType();
    }

    @Override
    @SuppressWarnings("unchecked") // the builder's types guarantee what comes out of the last step
    public void accept(Object item, long position) {
        try {
            Row row = type.toRow((T) item);
            binding(row.schema()).write(entry, row, position);
        } catch (UnusableRecord e) {
            reject(Stage.TRANSFORM, position, e.withRemedy(Side.SOURCE), item);
            return;
        } catch (PlanProblems | StageFailure | CancellationException e) {
            throw e;
        } catch (RuntimeException e) {
            // thrown by the record type or by the key function
            reject(Stage.TRANSFORM, position, StepFlows.reason(e), item);
            return;
        }
        accepted++;
        intake.add(entry);
    }

    @SuppressWarnings("ReferenceEquality") // rows of one source share their schema: the fast way to know it again
    private Binding binding(Schema schema) {
        Binding known = last;
        if (known != null && known.schema() == schema) {
            return known;
        }
        Binding binding = bindings.get(schema);
        if (binding == null) {
            Problems problems = new Problems();
            binding = Binding.ofSource(layouts.forIncoming(schema), schema, settings.matcher(), problems);
            if (!problems.isEmpty()) {
                throw new PlanProblems(new PlanException(settings.name(), problems.list()));
            }
            lacksRequiredField |= binding.lacksRequiredField();
            if (bindings.size() < MOST_BINDINGS) {
                bindings.put(schema, binding);
            }
        }
        last = binding;
        return binding;
    }

    @Override
    public void reject(long position, String reason) {
        state.reject(new Rejection(Stage.READ_SOURCE, source.locate(position), Optional.empty(), reason));
    }

    void reject(Stage stage, long position, String reason, @Nullable Object item) {
        state.reject(new Rejection(stage, source.locate(position), key(item), reason));
    }

    /** Returns the key of a record that could not be used, as far as it can be told. */
    private Optional<Key> key(@Nullable Object item) {
        List<String> fields = settings.matcher().sourceFields();
        if (fields.isEmpty() || !(item instanceof Row || item instanceof Record)) {
            return Optional.empty();
        }
        try {
            Row row = item instanceof Row there ? there : Row.from((Record) item);
            List<Object> values = new ArrayList<>();
            for (String field : fields) {
                Object value = row.has(field) ? row.value(field) : null;
                if (value == null) {
                    return Optional.empty();
                }
                values.add(value);
            }
            return Optional.of(new Key(fields, values));
        } catch (RuntimeException e) {
            // a record that cannot even show its key is reported without it
            return Optional.empty();
        }
    }

    @Override
    public void end() {
        layouts.noMoreIncoming();
        intake.end();
    }

    /** Returns how many records reached the comparison. */
    long accepted() {
        return accepted;
    }

    boolean lacksRequiredField() {
        return lacksRequiredField;
    }
}
