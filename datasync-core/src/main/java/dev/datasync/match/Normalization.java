package dev.datasync.match;

import java.util.Locale;
import java.util.function.UnaryOperator;

/** Ready-made ways to bring the texts of a key into one form before they are compared. */
public enum Normalization implements UnaryOperator<String> {
    /** Upper and lower case are the same. */
    IGNORE_CASE {
        @Override
        public String apply(String text) {
            // upper first: some letters have two lower-case forms but one upper-case form
            return text.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
        }
    },
    /** Blanks at either end do not count. */
    TRIM {
        @Override
        public String apply(String text) {
            return text.strip();
        }
    }
}
