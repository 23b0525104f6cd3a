package dev.datasync.run;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A plan contains mistakes. All that could be found are listed; nothing was read or written. */
public final class PlanException extends SyncException {

    private static final long serialVersionUID = 1L;

    /** Every mistake, each with its remedy. */
    private final String[] problems;

    /**
     * Creates an exception.
     *
     * @param plan the plan's name
     * @param problems every mistake, each with its remedy; not empty
     */
    public PlanException(String plan, List<String> problems) {
        this(plan, problems, null);
    }

    /**
     * Creates an exception for mistakes that only a run could find.
     *
     * @param plan the plan's name
     * @param problems every mistake, each with its remedy; not empty
     * @param report what happened until then, or {@code null}
     */
    public PlanException(String plan, List<String> problems, @Nullable SyncReport report) {
        super("E-PLAN", plan, Stage.VALIDATE, message(problems), null, report);
        this.problems = problems.toArray(String[]::new);
    }

    private static String message(List<String> problems) {
        if (problems.size() == 1) {
            return problems.get(0);
        }
        StringBuilder text = new StringBuilder(problems.size() + " mistakes:");
        for (String problem : problems) {
            text.append(System.lineSeparator()).append("  - ").append(problem);
        }
        return text.toString();
    }

    /**
     * Returns every mistake.
     *
     * @return the mistakes, each with its remedy
     */
    public List<String> problems() {
        return List.of(problems);
    }
}
