package dev.datasync.run;

import java.util.List;

/** A plan contains mistakes. All that could be found are listed; nothing was read or written. */
public final class PlanException extends SyncException {

    private static final long serialVersionUID = 1L;

    /** Every mistake, each with its remedy. */
    private final List<String> problems;

    /**
     * Creates an exception.
     *
     * @param plan the plan's name
     * @param problems every mistake, each with its remedy; not empty
     */
    public PlanException(String plan, List<String> problems) {
        super("E-PLAN", plan, Stage.VALIDATE, message(problems), null, null);
        this.problems = List.copyOf(problems);
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
        return problems;
    }
}
