package dev.datasync.testkit;

import dev.datasync.row.Schema;
import dev.datasync.source.Completion;
import dev.datasync.source.Pool;
import dev.datasync.source.ReadContext;
import dev.datasync.source.Receiver;
import dev.datasync.source.Source;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A source that does what another one does, and fails where it is told to. Safe for use by several threads.
 *
 * @param <T> the type of the records
 */
public final class FaultySource<T> implements Source<T> {

    private final Source<T> source;
    private final Faults faults;
    private final String prefix;

    FaultySource(Source<T> source, Faults faults, String prefix) {
        this.source = source;
        this.faults = faults;
        this.prefix = prefix;
    }

    /**
     * Returns a source with faults, whose calls are named {@code source.read} and the like.
     *
     * @param source the source that does the work
     * @param faults where it fails
     * @param <T> the type of the records
     * @return the source
     */
    public static <T> FaultySource<T> of(Source<T> source, Faults faults) {
        return named("source", source, faults);
    }

    /**
     * Returns a source with faults, for tests of several plans.
     *
     * @param name how its calls are named: {@code orders} for {@code orders.read} and the like
     * @param source the source that does the work
     * @param faults where it fails
     * @param <T> the type of the records
     * @return the source
     */
    public static <T> FaultySource<T> named(String name, Source<T> source, Faults faults) {
        return new FaultySource<>(source, faults, name + ".");
    }

    @Override
    public Completion read(Receiver<? super T> receiver, ReadContext context) throws Exception {
        return faults.call(prefix + "read", () -> source.read(new Counting(receiver), context));
    }

    @Override
    public String name() {
        return source.name();
    }

    @Override
    public Optional<Schema> schema() throws Exception {
        return faults.call(prefix + "schema", source::schema);
    }

    @Override
    public boolean canOrderBy(List<String> fields) {
        return faults.uncheckedCall(prefix + "canOrderBy", () -> source.canOrderBy(fields));
    }

    @Override
    public boolean isIncremental() {
        return source.isIncremental();
    }

    @Override
    public Optional<Object> identity() throws Exception {
        return faults.call(prefix + "identity", source::identity);
    }

    @Override
    public Optional<Pool> pool() {
        return source.pool();
    }

    @Override
    public OptionalLong estimatedSize() {
        return faults.uncheckedCall(prefix + "estimatedSize", source::estimatedSize);
    }

    @Override
    public String locate(long position) {
        return source.locate(position);
    }

    private final class Counting implements Receiver<T> {

        private final Receiver<? super T> receiver;
        private long accepted;
        private long rejected;

        Counting(Receiver<? super T> receiver) {
            this.receiver = receiver;
        }

        @Override
        public void accept(T item) {
            call("accept#" + ++accepted, () -> receiver.accept(item));
        }

        @Override
        public void accept(T item, long position) {
            call("accept#" + ++accepted, () -> receiver.accept(item, position));
        }

        @Override
        public void reject(long position, String reason) {
            call("reject#" + ++rejected, () -> receiver.reject(position, reason));
        }

        private void call(String name, Runnable effect) {
            try {
                faults.call(prefix + name, () -> {
                    effect.run();
                    return true;
                });
            } catch (Exception e) {
                throw Counting.<RuntimeException>unchecked(e);
            }
        }

        /** The source around this receiver may throw checked exceptions, so they pass as they are. */
        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the cast is erased, which is the point
        private static <E extends Exception> E unchecked(Exception e) throws E {
            throw (E) e;
        }
    }
}
