package dev.datasync.http;

import java.util.Optional;

/**
 * How one request carries many changes, and what its answer says of each: {@code Bulk.of(100)}. Immutable, and safe for
 * use by several threads.
 *
 * <p>Without {@link #results} a request is all or nothing: an answer of success means that all changes were done, and one
 * that refuses the request means that none was. A request that is refused as a whole is then sent again in halves, until
 * the changes are found that are to blame. A server that does some of a request and refuses others says so by
 * {@code results}, which makes the answer's entries count and not its status.
 */
public final class Bulk {

    private static final int MOST = 100_000;

    private final int most;
    private final Pointer itemsAt;
    private final Optional<Pointer> results;
    private final Optional<String> matchedBy;
    private final Optional<Pointer> status;
    private final Optional<Pointer> error;

    private Bulk(
            int most,
            Pointer itemsAt,
            Optional<Pointer> results,
            Optional<String> matchedBy,
            Optional<Pointer> status,
            Optional<Pointer> error) {
        this.most = most;
        this.itemsAt = itemsAt;
        this.results = results;
        this.matchedBy = matchedBy;
        this.status = status;
        this.error = error;
    }

    /**
     * Returns requests whose body is an array of changes.
     *
     * @param most the most changes of one request, from 1 to 100,000
     * @return how they are sent
     * @throws IllegalArgumentException when the number is out of bounds
     */
    public static Bulk of(int most) {
        if (most < 1 || most > MOST) {
            throw new IllegalArgumentException("a request carries between 1 and 100,000 changes, not " + most);
        }
        return new Bulk(most, Pointer.DOCUMENT, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * Says where the array of changes is in the body of a request.
     *
     * @param pointer the names on the way to it, for example {@code /customers}
     * @return the same with that place
     * @throws IllegalArgumentException when that is no pointer
     */
    public Bulk itemsAt(String pointer) {
        return new Bulk(most, Pointer.parsed(pointer), results, matchedBy, status, error);
    }

    /**
     * Says where the answer has an array with an entry for each change, in the order of the request. A change whose entry
     * is missing is unknown.
     *
     * @param pointer the names on the way to it, for example {@code /results}; empty when the answer is the array
     * @return the same with results
     * @throws IllegalArgumentException when that is no pointer
     */
    public Bulk results(String pointer) {
        return new Bulk(most, itemsAt, Optional.of(Pointer.parsed(pointer)), Optional.empty(), status, error);
    }

    /**
     * Says where the answer has an array with an entry for each change, in any order.
     *
     * @param pointer the names on the way to it, for example {@code /results}; empty when the answer is the array
     * @param field the field by which an entry is matched with its change: a field of the target's records, which the
     *     entry has under the same name
     * @return the same with results
     * @throws IllegalArgumentException when that is no pointer, or the field has no name
     */
    public Bulk resultsBy(String pointer, String field) {
        if (field.isBlank()) {
            throw new IllegalArgumentException("results are matched by a field, whose name must not be blank");
        }
        return new Bulk(most, itemsAt, Optional.of(Pointer.parsed(pointer)), Optional.of(field), status, error);
    }

    /**
     * Says where an entry of the results has its status, a number as HTTP uses them: 2xx is success, 404, 409, 410 and
     * 412 are conflicts, other 4xx are rejections, and after 5xx the change is unknown.
     *
     * @param pointer the names on the way to it within the entry, for example {@code /status}
     * @return the same with that place
     * @throws IllegalArgumentException when that is no pointer
     */
    public Bulk status(String pointer) {
        return new Bulk(most, itemsAt, results, matchedBy, Optional.of(Pointer.parsed(pointer)), error);
    }

    /**
     * Says where an entry of the results has its error. An entry without a status is a rejection when something is there
     * that is neither {@code null} nor {@code false} nor empty. It is shown only when it is a short word such as
     * {@code DUPLICATE_EMAIL}, because a sentence could hold values.
     *
     * @param pointer the names on the way to it within the entry, for example {@code /error/code}
     * @return the same with that place
     * @throws IllegalArgumentException when that is no pointer
     */
    public Bulk error(String pointer) {
        return new Bulk(most, itemsAt, results, matchedBy, status, Optional.of(Pointer.parsed(pointer)));
    }

    int most() {
        return most;
    }

    Pointer itemsAt() {
        return itemsAt;
    }

    Optional<Pointer> results() {
        return results;
    }

    Optional<String> matchedBy() {
        return matchedBy;
    }

    Optional<Pointer> status() {
        return status;
    }

    Optional<Pointer> error() {
        return error;
    }

    /**
     * Returns how many changes a request carries.
     *
     * @return for example {@code up to 100 at a time}
     */
    @Override
    public String toString() {
        return "up to " + most + " at a time";
    }
}
