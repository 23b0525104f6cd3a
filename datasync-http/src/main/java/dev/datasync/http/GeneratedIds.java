package dev.datasync.http;

import dev.datasync.match.Key;
import dev.datasync.row.ConversionException;
import dev.datasync.row.FieldType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a server has made up for the records that a run inserted, by their keys: made by a user, filled by
 * {@link HttpTarget#remembering}, and asked by the other plans of the same group, for example in the {@link BodyMapping}
 * of records that refer to the new ones.
 *
 * <pre>{@code
 * GeneratedIds customers = new GeneratedIds();
 * HttpTarget parents = crm.get("/customers").insert(POST, "/customers").generated("id").remembering(customers);
 * HttpTarget children = crm.get("/orders")
 *         .insert(POST, "/orders")
 *         .body((change, order) -> order.with("customerId", customers.of(order.text("customer")).orElseThrow()));
 * }</pre>
 *
 * <p>What a plan has put in stays until the next run of that plan begins to write. Safe for use by several threads.
 */
public final class GeneratedIds {

    /** By plan, and then by the values of the key. */
    private final Map<String, Map<List<Object>, Object>> values = new ConcurrentHashMap<>();

    /** Creates one in which nothing is remembered yet. */
    public GeneratedIds() {}

    /**
     * Returns what the server has made up for a record that was inserted in this run.
     *
     * @param keyValues the values of the record's key in the target, in the order of the key's fields; equal numbers are
     *     the same whatever their classes are
     * @return the value in the class in which the target holds it, or empty when no such record was inserted, or the
     *     server did not say
     */
    public Optional<Object> of(Object... keyValues) {
        List<Object> key = canonical(List.of(keyValues));
        return values.values().stream()
                .flatMap(known -> Optional.ofNullable(known.get(key)).stream())
                .findFirst();
    }

    /** Forgets what an earlier run of a plan has brought. */
    void begin(String plan) {
        values.remove(plan);
    }

    void remember(String plan, Key key, Object value) {
        values.computeIfAbsent(plan, name -> new ConcurrentHashMap<>()).put(canonical(key.values()), value);
    }

    private static List<Object> canonical(List<Object> keyValues) {
        List<Object> canonical = new ArrayList<>(keyValues.size());
        for (Object value : keyValues) {
            canonical.add(canonical(value));
        }
        return canonical;
    }

    private static Object canonical(Object value) {
        if (value instanceof byte[]) {
            return FieldType.text().convert(value);
        }
        try {
            return FieldType.any().convert(value);
        } catch (ConversionException e) {
            return value;
        }
    }

    /**
     * Returns how much is remembered.
     *
     * @return for example {@code 12 generated values}; no values
     */
    @Override
    public String toString() {
        return values.values().stream().mapToInt(Map::size).sum() + " generated values";
    }
}
