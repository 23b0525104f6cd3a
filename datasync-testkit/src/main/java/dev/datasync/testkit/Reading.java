package dev.datasync.testkit;

import dev.datasync.source.Completion;
import dev.datasync.source.ReadContext;
import dev.datasync.source.Receiver;
import dev.datasync.source.Source;
import java.util.ArrayList;
import java.util.List;

/**
 * What one reading of a source delivered, for the tests of a connector.
 *
 * <pre>{@code
 * Reading<Row> reading = Reading.of(source);
 * assertThat(reading.records()).containsExactly(Row.of("id", 1));
 * }</pre>
 *
 * @param records the records, in the order in which they came
 * @param positions the position of each record
 * @param rejections what was wrong with the records that could not be read, with their location
 * @param completion what the source said at its end
 * @param <T> the type of the records
 */
public record Reading<T>(List<T> records, List<Long> positions, List<String> rejections, Completion completion) {

    /**
     * Copies the lists.
     *
     * @param records the records, in the order in which they came
     * @param positions the position of each record
     * @param rejections what was wrong with the records that could not be read, with their location
     * @param completion what the source said at its end
     */
    public Reading {
        records = List.copyOf(records);
        positions = List.copyOf(positions);
        rejections = List.copyOf(rejections);
    }

    /**
     * Reads everything that a source delivers.
     *
     * @param source the source
     * @param <T> the type of the records
     * @return what it delivered
     * @throws Exception what the source throws
     */
    public static <T> Reading<T> of(Source<T> source) throws Exception {
        return inOrder(source, List.of());
    }

    /**
     * Reads everything that a source delivers, and asks for an order.
     *
     * @param source the source
     * @param order the fields by which the records shall come in ascending order
     * @param <T> the type of the records
     * @return what it delivered
     * @throws Exception what the source throws
     */
    public static <T> Reading<T> inOrder(Source<T> source, List<String> order) throws Exception {
        Collecting<T> receiver = new Collecting<>(source);
        Completion completion = source.read(receiver, context(order));
        return new Reading<>(receiver.records, receiver.positions, receiver.rejections, completion);
    }

    /** Returns the context of a run that nobody cancels. */
    static ReadContext context(List<String> order) {
        return new ReadContext() {
            @Override
            public String plan() {
                return "testkit";
            }

            @Override
            public List<String> order() {
                return order;
            }

            @Override
            public boolean isCancelled() {
                return false;
            }

            @Override
            public void onCancel(Cancellation action) {
                // nobody cancels
            }
        };
    }

    private static final class Collecting<T> implements Receiver<T> {

        private final Source<T> source;
        private final List<T> records = new ArrayList<>();
        private final List<Long> positions = new ArrayList<>();
        private final List<String> rejections = new ArrayList<>();
        private long count;

        Collecting(Source<T> source) {
            this.source = source;
        }

        @Override
        public void accept(T item) {
            accept(item, count + 1);
        }

        @Override
        public void accept(T item, long position) {
            count++;
            records.add(item);
            positions.add(position);
        }

        @Override
        public void reject(long position, String reason) {
            count++;
            rejections.add(source.locate(position) + ": " + reason);
        }
    }
}
