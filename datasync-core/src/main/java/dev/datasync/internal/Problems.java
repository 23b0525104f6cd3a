package dev.datasync.internal;

import java.util.ArrayList;
import java.util.List;

/** Collects mistakes, so that all of them can be told at once. */
final class Problems {

    private final List<String> problems = new ArrayList<>();

    void add(String problem) {
        if (!problems.contains(problem)) {
            problems.add(problem);
        }
    }

    boolean isEmpty() {
        return problems.isEmpty();
    }

    List<String> list() {
        return List.copyOf(problems);
    }
}
