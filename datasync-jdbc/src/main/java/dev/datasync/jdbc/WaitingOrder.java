package dev.datasync.jdbc;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * An order in which each change comes after those that it waits for: a unique value after the row that gives it up, a
 * row after its parent. Changes that wait for each other in a circle are kept apart.
 */
final class WaitingOrder {

    private final List<BoundChange> changes;

    /** For each change the places of those that wait for it. */
    private final List<List<Integer>> waiting = new ArrayList<>();

    /** For each change the places of those that it waits for. */
    private final List<List<Integer>> waitsFor = new ArrayList<>();

    private final int[] left;
    private final List<BoundChange> free = new ArrayList<>();
    private final List<Circle> circles = new ArrayList<>();
    private final ArrayDeque<BoundChange> after = new ArrayDeque<>();

    /**
     * Changes that wait for each other.
     *
     * @param first those that must give up what they hold before any is written
     * @param order all of them, in an order that works then
     */
    record Circle(List<BoundChange> first, List<BoundChange> order) {}

    /**
     * Finds the order.
     *
     * @param gives what others may wait for until a change is written
     * @param wants what must have been given before a change is written
     */
    WaitingOrder(
            List<BoundChange> changes,
            Function<BoundChange, List<Object>> gives,
            Function<BoundChange, List<Object>> wants) {
        this.changes = changes;
        this.left = new int[changes.size()];
        Map<Object, List<Integer>> givers = new HashMap<>();
        for (int i = 0; i < changes.size(); i++) {
            waiting.add(new ArrayList<>());
            waitsFor.add(new ArrayList<>());
            for (Object given : gives.apply(changes.get(i))) {
                givers.computeIfAbsent(given, key -> new ArrayList<>()).add(i);
            }
        }
        for (int i = 0; i < changes.size(); i++) {
            for (Object wanted : wants.apply(changes.get(i))) {
                for (int giver : givers.getOrDefault(wanted, List.of())) {
                    if (giver != i) {
                        waiting.get(giver).add(i);
                        waitsFor.get(i).add(giver);
                        left[i]++;
                    }
                }
            }
        }
        boolean[] done = new boolean[changes.size()];
        Deque<Integer> ready = new ArrayDeque<>();
        for (int i = 0; i < left.length; i++) {
            if (left[i] == 0) {
                ready.add(i);
            }
        }
        drain(ready, done, free);
        findFollowers(done);
        findCircles(done);
    }

    private void drain(Deque<Integer> ready, boolean[] done, List<BoundChange> order) {
        while (!ready.isEmpty()) {
            int i = ready.remove();
            if (!done[i]) {
                done[i] = true;
                order.add(changes.get(i));
                give(i, ready);
            }
        }
    }

    private void give(int i, Deque<Integer> ready) {
        for (int other : waiting.get(i)) {
            if (--left[other] == 0) {
                ready.add(other);
            }
        }
        waiting.get(i).clear();
    }

    /** Sets those apart that wait for a circle and are in none, from the end on. */
    private void findFollowers(boolean[] done) {
        int[] followers = new int[done.length];
        Deque<Integer> lasts = new ArrayDeque<>();
        for (int i = 0; i < done.length; i++) {
            followers[i] = waiting.get(i).size();
            if (!done[i] && followers[i] == 0) {
                lasts.add(i);
            }
        }
        while (!lasts.isEmpty()) {
            int i = lasts.remove();
            done[i] = true;
            after.addFirst(changes.get(i));
            for (int giver : waitsFor.get(i)) {
                if (!done[giver] && --followers[giver] == 0) {
                    lasts.add(giver);
                }
            }
        }
    }

    private void findCircles(boolean[] done) {
        int[] group = groups(done);
        Map<Integer, List<Integer>> members = new LinkedHashMap<>();
        for (int i = 0; i < done.length; i++) {
            if (!done[i]) {
                members.computeIfAbsent(root(group, i), key -> new ArrayList<>())
                        .add(i);
            }
        }
        members.values().forEach(member -> circles.add(circle(member, done)));
    }

    private Circle circle(List<Integer> members, boolean[] done) {
        List<BoundChange> first = new ArrayList<>();
        List<BoundChange> order = new ArrayList<>();
        boolean[] gave = new boolean[done.length];
        Deque<Integer> ready = new ArrayDeque<>();
        for (int member : members) {
            // one that is written frees others, so most members are done before their turn
            while (!done[member]) {
                int giver = onCircle(member, done, gave);
                gave[giver] = true;
                first.add(changes.get(giver));
                give(giver, ready);
                drain(ready, done, order);
            }
        }
        return new Circle(first, order);
    }

    /** Returns a change that has something to give and, in the end, waits for itself. */
    private int onCircle(int start, boolean[] done, boolean[] gave) {
        Map<Integer, Integer> seen = new HashMap<>();
        int at = start;
        while (seen.put(at, at) == null) {
            int next = at;
            for (int giver : waitsFor.get(at)) {
                if (!done[giver] && !gave[giver]) {
                    next = giver;
                }
            }
            at = next;
        }
        return at;
    }

    private int[] groups(boolean[] done) {
        int[] group = new int[done.length];
        Arrays.setAll(group, i -> i);
        for (int i = 0; i < done.length; i++) {
            for (int other : waitsFor.get(i)) {
                if (!done[i] && !done[other]) {
                    group[root(group, i)] = root(group, other);
                }
            }
        }
        return group;
    }

    private static int root(int[] group, int of) {
        int at = of;
        while (group[at] != at) {
            group[at] = group[group[at]];
            at = group[at];
        }
        return at;
    }

    /** Returns the changes that are in no circle and wait for none, in order. */
    List<BoundChange> free() {
        return Collections.unmodifiableList(free);
    }

    /** Returns the changes that wait for circles, in order. */
    List<BoundChange> after() {
        return List.copyOf(after);
    }

    /** Returns the circles; those that are connected are one. */
    List<Circle> circles() {
        return Collections.unmodifiableList(circles);
    }
}
