package dev.datasync.http;

import dev.datasync.change.Change;
import dev.datasync.row.Row;
import org.jspecify.annotations.Nullable;

/**
 * Makes the body of a request out of a change, where the server wants something else than the record's fields. Called by
 * several threads at once, once per change, right before the request is sent; so it may use what earlier requests have
 * brought, such as {@link GeneratedIds}.
 */
@FunctionalInterface
public interface BodyMapping {

    /**
     * Makes the body of one change. In a request for many changes it is one item.
     *
     * @param change the change, whose rows are those of the target
     * @param fields the fields that would be sent without this mapping: all of an insert, the changed or all ones of an
     *     update, the key's of a delete
     * @return a row, a map of names to values, or a list; {@code null} for a request without a body
     * @throws Exception when there is no body for it: the change is then rejected, and the message is not shown, because
     *     it may hold values
     */
    @Nullable
    Object body(Change<Row> change, Row fields) throws Exception;
}
