package dev.datasync.internal;

import dev.datasync.row.Row;
import dev.datasync.sink.Sink;
import java.util.ArrayList;
import java.util.List;

/** Finds the order in which the plans of a group are written: what is referred to comes before what refers to it. */
final class GroupOrder {

    private enum Mark {
        UNSEEN,
        OPEN,
        DONE
    }

    private final List<Sink<Row>> sinks;
    private final List<List<Integer>> parents = new ArrayList<>();
    private final List<Mark> marks = new ArrayList<>();
    private final List<Integer> path = new ArrayList<>();
    private final List<Integer> order = new ArrayList<>();

    private GroupOrder(List<Sink<Row>> sinks) {
        this.sinks = sinks;
    }

    /** The references of some sinks form a circle. */
    static final class Circle extends Exception {

        private static final long serialVersionUID = 1L;

        Circle(String message) {
            super(message);
        }
    }

    /**
     * Returns the places of the sinks, parents first; those that do not refer to each other stay in their order.
     *
     * @throws Circle when there is no such order
     * @throws Exception when a sink cannot tell
     */
    static List<Integer> parentsFirst(List<Sink<Row>> sinks) throws Exception {
        GroupOrder order = new GroupOrder(sinks);
        for (int child = 0; child < sinks.size(); child++) {
            List<Integer> found = new ArrayList<>();
            for (int other = 0; other < sinks.size(); other++) {
                if (other != child && sinks.get(child).refersTo(sinks.get(other))) {
                    found.add(other);
                }
            }
            order.parents.add(found);
            order.marks.add(Mark.UNSEEN);
        }
        for (int i = 0; i < sinks.size(); i++) {
            order.visit(i);
        }
        return order.order;
    }

    private void visit(int sink) throws Circle {
        if (marks.get(sink) == Mark.DONE) {
            return;
        }
        path.add(sink);
        if (marks.get(sink) == Mark.OPEN) {
            throw new Circle(circle(sink));
        }
        marks.set(sink, Mark.OPEN);
        for (int parent : parents.get(sink)) {
            visit(parent);
        }
        path.remove(path.size() - 1);
        marks.set(sink, Mark.DONE);
        order.add(sink);
    }

    private String circle(int sink) {
        List<String> names = path.subList(path.indexOf(sink), path.size()).stream()
                .map(place -> sinks.get(place).name())
                .toList();
        return String.join(" refers to ", names);
    }
}
