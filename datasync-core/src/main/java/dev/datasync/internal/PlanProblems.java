package dev.datasync.internal;

import dev.datasync.run.PlanException;

/** Carries mistakes that only the first record revealed from a reader's thread to the run. */
final class PlanProblems extends RuntimeException {

    private static final long serialVersionUID = 1L;

    final PlanException problems;

    PlanProblems(PlanException problems) {
        super(problems);
        this.problems = problems;
    }
}
