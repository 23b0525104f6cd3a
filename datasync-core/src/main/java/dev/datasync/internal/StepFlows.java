package dev.datasync.internal;

import dev.datasync.row.ConversionException;
import dev.datasync.row.RowException;
import dev.datasync.run.Stage;
import dev.datasync.transform.Transformer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes a chain of flows of a plan's steps. */
final class StepFlows {

    private StepFlows() {}

    /** What the steps of one run share: counts, read once the source has ended, and where rejections go. */
    static final class Counts {

        long filtered;
        long added;
        long duplicates;

        /** The number of the record that is on its way, by which duplicates are known as first and last. */
        long sequence;
    }

    /** Takes rejected records. */
    @FunctionalInterface
    interface Rejections {

        void reject(Stage stage, long position, String reason, @Nullable Object item);
    }

    static Flow chain(
            List<Step> steps,
            Flow last,
            Counts counts,
            Rejections rejections,
            Runnable checkStopped,
            Function<Step.DropDuplicates, DuplicateFilter> duplicateFilters) {
        Flow next = last;
        for (int i = steps.size() - 1; i >= 0; i--) {
            Step step = steps.get(i);
            if (step instanceof Step.Map map) {
                next = new MapFlow(map.transformer(), next, rejections);
            } else if (step instanceof Step.Filter filter) {
                next = new FilterFlow(filter.condition(), next, counts, rejections);
            } else if (step instanceof Step.Expand expand) {
                next = new ExpandFlow(expand.transformer(), next, counts, rejections);
            } else if (step instanceof Step.DropDuplicates drop) {
                next = new DuplicateFlow(duplicateFilters.apply(drop), next, counts, rejections, checkStopped);
                if (steps.subList(0, i).stream().noneMatch(Step.DropDuplicates.class::isInstance)) {
                    next = new NumberingFlow(next, counts);
                }
            }
        }
        return next;
    }

    /** Numbers the records that reach the first duplicate filter, because they leave it in another order. */
    private static final class NumberingFlow implements Flow {

        private final Flow next;
        private final Counts counts;

        NumberingFlow(Flow next, Counts counts) {
            this.next = next;
            this.counts = counts;
        }

        @Override
        public void accept(Object item, long position) {
            counts.sequence++;
            next.accept(item, position);
        }

        @Override
        public void reject(long position, String reason) {
            next.reject(position, reason);
        }

        @Override
        public void end() {
            next.end();
        }
    }

    /** Says what is wrong without the message of a foreign exception, which may show row values. */
    static String reason(Exception e) {
        if (e instanceof RowException || e instanceof ConversionException) {
            return String.valueOf(e.getMessage());
        }
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        }
        return "a function of the plan threw " + e.getClass().getName()
                + Arrays.stream(e.getStackTrace())
                        .filter(StepFlows::isOfTheHost)
                        .findFirst()
                        .map(frame -> " at " + frame)
                        .orElse("");
    }

    /** The line that a person looks for is the first of their own code. */
    private static boolean isOfTheHost(StackTraceElement frame) {
        String type = frame.getClassName();
        return !type.startsWith("java.")
                && !type.startsWith("jdk.")
                && !type.startsWith("sun.")
                && !type.startsWith("dev.datasync.internal.");
    }

    private abstract static class StepFlow implements Flow {

        final Flow next;
        final Rejections rejections;

        StepFlow(Flow next, Rejections rejections) {
            this.next = next;
            this.rejections = rejections;
        }

        void reject(Object item, long position, String reason) {
            rejections.reject(Stage.TRANSFORM, position, reason, item);
        }

        @Override
        public void reject(long position, String reason) {
            next.reject(position, reason);
        }

        @Override
        public void end() {
            next.end();
        }
    }

    private static final class MapFlow extends StepFlow {

        private final Transformer<Object, Object> transformer;

        MapFlow(Transformer<Object, Object> transformer, Flow next, Rejections rejections) {
            super(next, rejections);
            this.transformer = transformer;
        }

        @Override
        public void accept(Object item, long position) {
            Object changed;
            try {
                changed = transformer.transform(item);
            } catch (Exception e) {
                reject(item, position, reason(e));
                return;
            }
            if (changed == null) {
                reject(item, position, "a function in map(...) returned null: leave records out with filter(...)");
            } else {
                next.accept(changed, position);
            }
        }
    }

    private static final class FilterFlow extends StepFlow {

        private final Step.Condition condition;
        private final Counts counts;

        FilterFlow(Step.Condition condition, Flow next, Counts counts, Rejections rejections) {
            super(next, rejections);
            this.condition = condition;
            this.counts = counts;
        }

        @Override
        public void accept(Object item, long position) {
            boolean stays;
            try {
                stays = condition.test(item);
            } catch (Exception e) {
                reject(item, position, reason(e));
                return;
            }
            if (stays) {
                next.accept(item, position);
            } else {
                counts.filtered++;
            }
        }
    }

    private static final class ExpandFlow extends StepFlow {

        private final Transformer<Object, Iterable<?>> transformer;
        private final Counts counts;

        ExpandFlow(Transformer<Object, Iterable<?>> transformer, Flow next, Counts counts, Rejections rejections) {
            super(next, rejections);
            this.transformer = transformer;
            this.counts = counts;
        }

        @Override
        public void accept(Object item, long position) {
            List<Object> made = new java.util.ArrayList<>();
            try {
                Iterable<?> results = transformer.transform(item);
                if (results == null) {
                    throw new ConversionException("a function in expand(...) returned null: return an empty list");
                }
                for (Object one : results) {
                    if (one == null) {
                        throw new ConversionException("a function in expand(...) made null among its records");
                    }
                    made.add(one);
                }
            } catch (Exception e) {
                reject(item, position, reason(e));
                return;
            }
            if (made.isEmpty()) {
                counts.filtered++;
            } else {
                counts.added += made.size() - 1L;
            }
            made.forEach(one -> next.accept(one, position));
        }
    }

    private static final class DuplicateFlow extends StepFlow {

        private final DuplicateFilter filter;
        private final Counts counts;
        private final Runnable checkStopped;

        DuplicateFlow(DuplicateFilter filter, Flow next, Counts counts, Rejections rejections, Runnable checkStopped) {
            super(next, rejections);
            this.filter = filter;
            this.counts = counts;
            this.checkStopped = checkStopped;
        }

        @Override
        public void accept(Object item, long position) {
            try {
                filter.add(item, position, counts.sequence);
            } catch (RowException | ConversionException | IllegalArgumentException e) {
                reject(item, position, String.valueOf(e.getMessage()));
            }
        }

        @Override
        public void end() {
            counts.duplicates += filter.drain((item, position, sequence) -> {
                // the source has ended, so that its receiver is not there to stop it
                checkStopped.run();
                counts.sequence = sequence;
                next.accept(item, position);
            });
            next.end();
        }
    }
}
