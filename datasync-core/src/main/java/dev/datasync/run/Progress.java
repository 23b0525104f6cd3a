package dev.datasync.run;

import java.util.OptionalLong;

/**
 * How far a stage has come.
 *
 * @param plan the plan's name
 * @param stage the stage
 * @param records the records it has dealt with
 * @param total about how many there are, or empty when that is not known
 */
public record Progress(String plan, Stage stage, long records, OptionalLong total) {

    /**
     * Returns the progress in words.
     *
     * @return for example {@code products: apply 2,000 of 4,120}
     */
    @Override
    public String toString() {
        String of = total.isPresent() ? String.format(java.util.Locale.ROOT, " of %,d", total.getAsLong()) : "";
        return plan + ": " + stage + String.format(java.util.Locale.ROOT, " %,d", records) + of;
    }
}
