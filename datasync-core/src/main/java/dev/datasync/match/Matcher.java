package dev.datasync.match;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Which record of the source belongs to which record of the target, and when the two are equal. Immutable: every word
 * returns a new matcher. Safe for use by several threads.
 *
 * <p>Field names are those of the target; {@link #inTarget} says where the source's key fields have other names. By
 * default all fields are compared that the source delivers; fields that only the target has are left alone.
 *
 * @param <T> the type of the records
 */
public final class Matcher<T> {

    private final List<String> sourceFields;
    private final List<String> targetFields;
    private final @Nullable Function<? super T, ?> function;
    private final Map<String, UnaryOperator<String>> normalizations;
    private final Set<String> ignored;
    private final Set<String> compared;
    private final Map<String, Tolerance> tolerances;

    private Matcher(
            List<String> sourceFields,
            List<String> targetFields,
            @Nullable Function<? super T, ?> function,
            Map<String, UnaryOperator<String>> normalizations,
            Set<String> ignored,
            Set<String> compared,
            Map<String, Tolerance> tolerances) {
        this.sourceFields = sourceFields;
        this.targetFields = targetFields;
        this.function = function;
        this.normalizations = normalizations;
        this.ignored = ignored;
        this.compared = compared;
        this.tolerances = tolerances;
    }

    /**
     * Matches records by the values of one field or several.
     *
     * @param field the key field
     * @param more further fields of a composite key
     * @param <T> the type of the records
     * @return the matcher
     */
    public static <T> Matcher<T> on(String field, String... more) {
        List<String> fields = new ArrayList<>();
        fields.add(field);
        fields.addAll(Arrays.asList(more));
        List<String> names = List.copyOf(fields);
        return new Matcher<>(names, names, null, Map.of(), Set.of(), Set.of(), Map.of());
    }

    /**
     * Matches records by what a function makes of them, for example {@code by(Customer::id)}. A composite key is a
     * {@link List}. The function sees the records of both sides as the target stores them.
     * Where a lambda stands in place of a method reference and further words follow, name the type:
     * {@code Matcher.<Customer>by(...)}.
     *
     * @param function returns a record's key: a text, number, date, time, identifier or a list of these
     * @param <T> the type of the records
     * @return the matcher
     */
    public static <T> Matcher<T> by(Function<? super T, ?> function) {
        return new Matcher<>(List.of(), List.of(), function, Map.of(), Set.of(), Set.of(), Map.of());
    }

    /**
     * Says which names the key fields have in the target, where they are not those in the source.
     *
     * @param fields a name for each key field, in the same order
     * @return the matcher
     */
    public Matcher<T> inTarget(String... fields) {
        return new Matcher<>(sourceFields, List.of(fields), function, normalizations, ignored, compared, tolerances);
    }

    /**
     * Brings all texts of the key into one form before they are matched, for example by
     * {@link Normalization#IGNORE_CASE}. What is stored stays as it is.
     *
     * @param steps what to do, one after the other
     * @return the matcher
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // the array is only read
    public final Matcher<T> normalizing(UnaryOperator<String>... steps) {
        return normalized("", Arrays.asList(steps));
    }

    /**
     * Brings the texts of one key field into one form before they are matched. What is stored stays as it is.
     *
     * @param field the key field's name in the target
     * @param steps what to do, one after the other
     * @return the matcher
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // the array is only read
    public final Matcher<T> normalizing(String field, UnaryOperator<String>... steps) {
        return normalized(field, Arrays.asList(steps));
    }

    private Matcher<T> normalized(String field, List<UnaryOperator<String>> steps) {
        Map<String, UnaryOperator<String>> more = new LinkedHashMap<>(normalizations);
        for (UnaryOperator<String> step : steps) {
            more.merge(field, step, (first, second) -> text -> second.apply(first.apply(text)));
        }
        return new Matcher<>(
                sourceFields, targetFields, function, Collections.unmodifiableMap(more), ignored, compared, tolerances);
    }

    /**
     * Leaves fields out of the comparison. They are written when a record is inserted, and never by an update.
     *
     * @param fields the fields' names
     * @return the matcher
     */
    public Matcher<T> ignoring(String... fields) {
        return new Matcher<>(
                sourceFields, targetFields, function, normalizations, plus(ignored, fields), compared, tolerances);
    }

    /**
     * Compares only these fields. The others are written when a record is inserted, and never by an update.
     *
     * @param fields the fields' names
     * @return the matcher
     */
    public Matcher<T> comparing(String... fields) {
        return new Matcher<>(
                sourceFields, targetFields, function, normalizations, ignored, plus(compared, fields), tolerances);
    }

    /**
     * Counts numbers as equal that are at most this far apart.
     *
     * @param field the field's name
     * @param amount the greatest difference that counts as equal; not negative
     * @return the matcher
     * @throws IllegalArgumentException when the amount is negative
     */
    public Matcher<T> tolerance(String field, BigDecimal amount) {
        return tolerating(field, new Tolerance.OfNumber(amount));
    }

    /**
     * Counts numbers as equal that are at most this far apart.
     *
     * @param field the field's name
     * @param amount the greatest difference that counts as equal; not negative
     * @return the matcher
     * @throws IllegalArgumentException when the amount is negative or no finite number
     */
    public Matcher<T> tolerance(String field, double amount) {
        return tolerance(field, BigDecimal.valueOf(amount));
    }

    /**
     * Counts times as equal that are at most this far apart.
     *
     * @param field the field's name
     * @param duration the greatest difference that counts as equal; not negative
     * @return the matcher
     * @throws IllegalArgumentException when the duration is negative
     */
    public Matcher<T> tolerance(String field, Duration duration) {
        return tolerating(field, new Tolerance.OfTime(duration));
    }

    private Matcher<T> tolerating(String field, Tolerance tolerance) {
        Map<String, Tolerance> more = new LinkedHashMap<>(tolerances);
        more.put(field, tolerance);
        return new Matcher<>(
                sourceFields,
                targetFields,
                function,
                normalizations,
                ignored,
                compared,
                Collections.unmodifiableMap(more));
    }

    private static Set<String> plus(Set<String> some, String... more) {
        Set<String> all = new LinkedHashSet<>(some);
        all.addAll(Arrays.asList(more));
        return Collections.unmodifiableSet(all);
    }

    /**
     * Returns the names that the key fields have in the source.
     *
     * @return the names; empty when the key is computed by a function
     */
    public List<String> sourceFields() {
        return sourceFields;
    }

    /**
     * Returns the names that the key fields have in the target.
     *
     * @return the names; empty when the key is computed by a function
     */
    public List<String> targetFields() {
        return targetFields;
    }

    /**
     * Returns the function that computes the key.
     *
     * @return the function, or empty when the key is made of fields
     */
    public Optional<Function<? super T, ?>> function() {
        return Optional.ofNullable(function);
    }

    /**
     * Returns what is done to the key's texts before they are matched.
     *
     * @return the operation by the key field's name in the target; under the empty name that for all fields
     */
    public Map<String, UnaryOperator<String>> normalizations() {
        return normalizations;
    }

    /**
     * Returns the fields that are not compared.
     *
     * @return their names
     */
    public Set<String> ignored() {
        return ignored;
    }

    /**
     * Returns the only fields that are compared.
     *
     * @return their names; empty when all are compared that are not ignored
     */
    public Set<String> compared() {
        return compared;
    }

    /**
     * Returns the tolerances.
     *
     * @return the tolerance by field name
     */
    public Map<String, Tolerance> tolerances() {
        return tolerances;
    }
}
