package dev.datasync.run;

import dev.datasync.match.Key;
import java.util.Optional;

/**
 * A record that could not be used. Shows where it is and what is wrong with it, and never its values other than its
 * key.
 *
 * @param stage where in the run it was rejected
 * @param location where it comes from, for example {@code products.csv line 17}
 * @param key what identifies it, or empty when that is not known
 * @param reason what is wrong with it, with the field's name where it is one field
 */
public record Rejection(Stage stage, String location, Optional<Key> key, String reason) {

    /**
     * Returns the rejection in words.
     *
     * @return for example {@code transform: products.csv line 17 (id=4): field 'price': a text of 3 characters is not a
     *     number}
     */
    @Override
    public String toString() {
        return stage + ": " + location + key.map(known -> " (" + known + ")").orElse("") + ": " + reason;
    }
}
