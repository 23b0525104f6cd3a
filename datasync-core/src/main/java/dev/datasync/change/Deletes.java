package dev.datasync.change;

import dev.datasync.row.Row;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What to do with records that the target has and the source has not. A plan that does not say deletes nothing.
 *
 * <p>Deletes happen only after a complete reading of the source without rejected records, never from an empty source,
 * and only within a limit: by default they are withheld when there are more than 10 <em>and</em> more than 10 % of the
 * target's records. Immutable: every word returns a new rule.
 */
public final class Deletes {

    /** A handful of rows of a small table, or a tenth of a large one: what a person would still call a normal day. */
    private static final Limit DEFAULT_LIMIT = Limit.records(10).or(Limit.percent(10));

    /**
     * How a record is marked as deleted instead of being removed.
     *
     * @param field the field that carries the mark
     * @param deleted makes the value of a deleted record
     * @param alive the value of a record that is not deleted
     * @param recognition which records of the target are taken for deleted
     */
    public record Mark(
            String field,
            Supplier<? extends Object> deleted,
            @Nullable Object alive,
            Recognition recognition) {}

    /** Which records of the target are taken for deleted. */
    public enum Recognition {
        /** Those whose field has the value of a deleted record. */
        DELETED_VALUE,
        /** Those whose field has any value but that of a record that is not deleted. */
        ANY_OTHER_VALUE
    }

    private final Limit limit;
    private final @Nullable Mark mark;
    private final @Nullable Predicate<? super Row> scope;

    private Deletes(Limit limit, @Nullable Mark mark, @Nullable Predicate<? super Row> scope) {
        this.limit = limit;
        this.mark = mark;
        this.scope = scope;
    }

    /**
     * Deletes records that the source has no more.
     *
     * @return the rule, with the default limit
     */
    public static Deletes missing() {
        return new Deletes(DEFAULT_LIMIT, null, null);
    }

    /**
     * Deletes records that the source has no more and that lie in a scope.
     *
     * @param scope tells of a row of the target, as it is stored, whether it may be deleted
     * @return the rule, with the default limit
     */
    public static Deletes within(Predicate<? super Row> scope) {
        return new Deletes(DEFAULT_LIMIT, null, scope);
    }

    /**
     * Marks records that the source has no more, instead of removing them. A record that comes back is revived: the
     * field is set to {@code false} where {@code value} is {@code true}, else to {@code null}, unless the source
     * delivers that field itself.
     *
     * @param field the field that carries the mark
     * @param value its value for a deleted record, for example {@code true}
     * @return the rule, with the default limit
     */
    public static Deletes soft(String field, Object value) {
        return new Deletes(
                DEFAULT_LIMIT,
                new Mark(field, () -> value, value.equals(true) ? false : null, Recognition.DELETED_VALUE),
                null);
    }

    /**
     * Marks records that the source has no more, instead of removing them, with a value made once per run, for example
     * {@code clock::instant}. A record is deleted when the field is not {@code null}; one that comes back is revived by
     * setting the field to {@code null}, unless the source delivers that field itself.
     *
     * @param field the field that carries the mark
     * @param value makes its value for a deleted record
     * @return the rule, with the default limit
     */
    public static Deletes soft(String field, Supplier<? extends Object> value) {
        return new Deletes(DEFAULT_LIMIT, new Mark(field, value, null, Recognition.ANY_OTHER_VALUE), null);
    }

    /**
     * Says which value a soft-deleted record gets that comes back.
     *
     * @param value the value of a record that is not deleted, or {@code null}
     * @return the rule
     * @throws IllegalStateException when the rule removes records and does not mark them
     */
    public Deletes revivedBy(@Nullable Object value) {
        if (mark == null) {
            throw new IllegalStateException("revivedBy goes with Deletes.soft(...)");
        }
        return new Deletes(limit, new Mark(mark.field, mark.deleted, value, mark.recognition), scope);
    }

    /**
     * Restricts the rule to a scope.
     *
     * @param rows tells of a row of the target, as it is stored, whether it may be deleted
     * @return the rule
     */
    public Deletes inScope(Predicate<? super Row> rows) {
        return new Deletes(limit, mark, rows);
    }

    /**
     * Replaces the limit by a number of records.
     *
     * @param records the most records that one run may delete; not negative
     * @return the rule
     * @throws IllegalArgumentException when the number is negative
     */
    public Deletes atMost(long records) {
        return atMost(Limit.records(records));
    }

    /**
     * Replaces the limit.
     *
     * @param newLimit the most records that one run may delete, of all records of the target that were compared
     * @return the rule
     */
    public Deletes atMost(Limit newLimit) {
        return new Deletes(newLimit, mark, scope);
    }

    /**
     * Widens the limit, for example {@code atMost(50).or(percent(5))}: deletes are withheld only when both are exceeded.
     *
     * @param other what else is allowed
     * @return the rule
     */
    public Deletes or(Limit other) {
        return new Deletes(limit.or(other), mark, scope);
    }

    /**
     * Takes the limit away. An empty or incomplete source still deletes nothing.
     *
     * @return the rule
     */
    public Deletes unlimited() {
        return atMost(Limit.none());
    }

    /**
     * Returns the limit.
     *
     * @return the limit
     */
    public Limit limit() {
        return limit;
    }

    /**
     * Returns how records are marked instead of being removed.
     *
     * @return the mark, or empty when records are removed
     */
    public Optional<Mark> mark() {
        return Optional.ofNullable(mark);
    }

    /**
     * Returns the scope.
     *
     * @return tells of a row of the target whether it may be deleted; empty when all may
     */
    public Optional<Predicate<? super Row>> scope() {
        return Optional.ofNullable(scope);
    }
}
