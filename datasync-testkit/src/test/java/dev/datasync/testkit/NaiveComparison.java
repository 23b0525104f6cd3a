package dev.datasync.testkit;

import dev.datasync.change.Change;
import dev.datasync.change.Limit;
import dev.datasync.match.Difference;
import dev.datasync.match.Key;
import dev.datasync.row.ConversionException;
import dev.datasync.row.Field;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.temporal.Temporal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a plan would do, told by plain maps in the plainest way, for comparison with the engine. Shares nothing with it
 * but the conversion of values.
 */
final class NaiveComparison {

    private final RandomScenario scenario;
    private final Schema schema;
    private final Map<List<Object>, Map<String, Object>> source;
    private final Map<List<Object>, Map<String, Object>> target;
    private final List<String> deletes = new ArrayList<>();
    private final List<String> updates = new ArrayList<>();
    private final List<String> inserts = new ArrayList<>();
    private final List<Map<String, Object>> result = new ArrayList<>();
    private final List<Map<String, Object>> deleted = new ArrayList<>();
    private final List<Map<String, Object>> kept = new ArrayList<>();
    private boolean hasDuplicates;
    private long deletable;
    long rejected;
    long unchanged;
    long skipped;
    long keptCount;
    long withheld;

    NaiveComparison(RandomScenario scenario) {
        this.scenario = scenario;
        this.schema = scenario.schema;
        Comparator<List<Object>> order = (one, other) -> {
            for (int i = 0; i < one.size(); i++) {
                int result = FieldOrder.compareValues(one.get(i), other.get(i));
                if (result != 0) {
                    return result;
                }
            }
            return 0;
        };
        this.source = new TreeMap<>(order);
        this.target = new TreeMap<>(order);
        scenario.source.forEach(this::addSource);
        scenario.target.forEach(this::addTarget);
        compare();
    }

    private void addSource(Row row) {
        Map<String, Object> values = stored(row);
        List<Object> key = values == null ? null : key(values);
        if (key == null) {
            rejected++;
        } else if (source.put(key, values) != null) {
            hasDuplicates = true;
        }
    }

    private void addTarget(Row row) {
        Map<String, Object> values = new LinkedHashMap<>();
        schema.names().forEach(name -> values.put(name, row.value(name)));
        if (target.put(key(values), values) != null) {
            hasDuplicates = true;
        }
    }

    /** Returns what the target would hold, without the fields that the row has not; null when it cannot. */
    private Map<String, Object> stored(Row row) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (Field field : schema.fields()) {
            int key = scenario.keys.indexOf(field.name());
            String name = key < 0 ? field.name() : scenario.sourceKeys.get(key);
            if (row.schema().names().contains(name)) {
                Object value = row.value(name);
                if (value == null && field.is(Field.Trait.NOT_NULL)) {
                    return null;
                }
                try {
                    values.put(field.name(), value == null ? null : field.type().convert(value));
                } catch (ConversionException e) {
                    return null;
                }
            }
        }
        return values;
    }

    private List<Object> key(Map<String, Object> values) {
        List<Object> key = new ArrayList<>();
        boolean isBlank = true;
        for (String name : scenario.keys) {
            Object value = values.get(name);
            if (value == null) {
                return null;
            }
            if (value instanceof String text) {
                String normalized = scenario.isNormalizing
                        ? text.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT).strip()
                        : text;
                isBlank &= normalized.isBlank();
                key.add(normalized);
            } else {
                isBlank = false;
                key.add(value);
            }
        }
        return isBlank ? null : key;
    }

    // ---------------------------------------------------------------- comparison

    private void compare() {
        TreeMap<List<Object>, Boolean> all = new TreeMap<>(((TreeMap<List<Object>, ?>) source).comparator());
        source.keySet().forEach(key -> all.put(key, true));
        target.keySet().forEach(key -> all.put(key, true));
        for (List<Object> key : all.keySet()) {
            Map<String, Object> wanted = source.get(key);
            Map<String, Object> present = target.get(key);
            if (wanted == null) {
                onlyInTarget(present);
            } else if (present == null) {
                onlyInSource(wanted);
            } else {
                inBoth(wanted, present);
            }
        }
        boolean isWithheld = rejected > 0
                || source.isEmpty()
                || scenario.deleteRule == RandomScenario.DeleteRule.LIMITED
                        && !Limit.records(3).or(Limit.percent(20)).allows(deletes.size(), deletable);
        if (isWithheld) {
            withheld = deletes.size();
            deletes.clear();
            result.addAll(kept);
        } else {
            result.addAll(deleted);
        }
    }

    private boolean isDeletable(Map<String, Object> present) {
        return switch (scenario.deleteRule) {
            case NONE -> false;
            case SCOPED, SOFT -> !Boolean.TRUE.equals(present.get("mark"));
            default -> true;
        };
    }

    private void onlyInTarget(Map<String, Object> present) {
        if (!isDeletable(present)) {
            keptCount++;
            result.add(present);
            return;
        }
        deletable++;
        kept.add(present);
        if (scenario.deleteRule == RandomScenario.DeleteRule.SOFT) {
            Map<String, Object> marked = new LinkedHashMap<>(present);
            marked.put("mark", true);
            deletes.add("SOFT DELETE " + shown(key(scenario.keys, present)) + " " + shown(present) + " " + shown(marked)
                    + " " + difference("mark", present.get("mark"), true, false));
            deleted.add(marked);
        } else {
            deletes.add("DELETE " + shown(key(scenario.keys, present)) + " " + shown(present));
        }
    }

    private void onlyInSource(Map<String, Object> wanted) {
        if (scenario.mode == RandomScenario.Mode.UPDATE_ONLY) {
            skipped++;
            return;
        }
        for (Field field : schema.fields()) {
            if (!wanted.containsKey(field.name())
                    && field.is(Field.Trait.NOT_NULL)
                    && !field.is(Field.Trait.HAS_DEFAULT)) {
                rejected++;
                return;
            }
        }
        inserts.add("INSERT " + shown(key(scenario.keys, wanted)) + " " + shown(wanted));
        Map<String, Object> row = new LinkedHashMap<>();
        schema.names().forEach(name -> row.put(name, wanted.get(name)));
        result.add(row);
    }

    private void inBoth(Map<String, Object> wanted, Map<String, Object> present) {
        if (isDeletable(present)) {
            deletable++;
        }
        Map<String, Object> after = new LinkedHashMap<>(present);
        List<String> differences = new ArrayList<>();
        for (Field field : comparedFirst()) {
            String name = field.name();
            boolean isRevived = scenario.deleteRule == RandomScenario.DeleteRule.SOFT
                    && name.equals("mark")
                    && !wanted.containsKey(name)
                    && Boolean.TRUE.equals(present.get(name));
            if (!isRevived && (!isCompared(name) || !wanted.containsKey(name))) {
                continue;
            }
            Object value = isRevived ? (Object) false : wanted.get(name);
            if (!isEqual(name, present.get(name), value)) {
                differences.add(difference(name, present.get(name), value, scenario.tolerances.containsKey(name)));
                after.put(name, value);
            }
        }
        if (differences.isEmpty()) {
            unchanged++;
            result.add(present);
        } else if (scenario.mode == RandomScenario.Mode.INSERT_ONLY) {
            skipped++;
            result.add(present);
        } else {
            updates.add("UPDATE " + shown(key(scenario.keys, present)) + " " + shown(present) + " " + shown(after) + " "
                    + String.join(" ", differences));
            result.add(after);
        }
    }

    private List<Field> comparedFirst() {
        return schema.fields();
    }

    private boolean isCompared(String name) {
        if (scenario.keys.contains(name)) {
            return false;
        }
        boolean isMark = scenario.deleteRule == RandomScenario.DeleteRule.SOFT && name.equals("mark");
        return isMark
                || !scenario.ignored.contains(name)
                        && (scenario.compared.isEmpty() || scenario.compared.contains(name));
    }

    private boolean isEqual(String name, Object present, Object wanted) {
        if (Objects.deepEquals(present, wanted)) {
            return true;
        }
        Object tolerance = scenario.tolerances.get(name);
        if (tolerance == null || present == null || wanted == null) {
            return false;
        }
        if (tolerance instanceof BigDecimal amount) {
            boolean isFinite = Double.isFinite(((Number) present).doubleValue())
                    && Double.isFinite(((Number) wanted).doubleValue());
            return isFinite
                    && new BigDecimal(present.toString())
                                    .subtract(new BigDecimal(wanted.toString()))
                                    .abs()
                                    .compareTo(amount)
                            <= 0;
        }
        return Duration.between((Temporal) present, (Temporal) wanted).abs().compareTo((Duration) tolerance) <= 0;
    }

    // ---------------------------------------------------------------- what is expected

    /** Returns the code with which the plan is refused, or the empty text. */
    List<String> codes() {
        List<String> codes = new ArrayList<>();
        if (scenario.isFailFast && rejected > 0) {
            codes.add("E-REJECTED");
        }
        if (hasDuplicates) {
            codes.add("E-KEY-DUPLICATE");
        }
        return codes;
    }

    List<String> changes() {
        List<String> changes = new ArrayList<>(deletes);
        changes.addAll(updates);
        changes.addAll(inserts);
        return changes;
    }

    int inserts() {
        return inserts.size();
    }

    int updates() {
        return updates.size();
    }

    int deletes() {
        return deletes.size();
    }

    List<String> content() {
        return result.stream().map(NaiveComparison::shown).sorted().toList();
    }

    static List<String> content(List<Row> rows) {
        return rows.stream().map(row -> shown(values(row))).sorted().toList();
    }

    // ---------------------------------------------------------------- in words

    static String shown(Change<Row> change) {
        if (change instanceof Change.Insert<Row> insert) {
            return "INSERT " + shown(insert.key()) + " " + shown(values(insert.after()));
        }
        if (change instanceof Change.Delete<Row> delete) {
            return "DELETE " + shown(delete.key()) + " " + shown(values(delete.before()));
        }
        Change.Update<Row> update = (Change.Update<Row>) change;
        return (update.cause() == Change.Update.Cause.SOFT_DELETE ? "SOFT DELETE " : "UPDATE ")
                + shown(update.key()) + " " + shown(values(update.before())) + " " + shown(values(update.after())) + " "
                + update.differences().stream()
                        .map(difference -> shown(difference.field(), difference.before(), difference.after())
                                + difference.reason())
                        .collect(Collectors.joining(" "));
    }

    private static String difference(String name, Object before, Object after, boolean isTolerant) {
        Difference.Reason reason = before == null
                ? Difference.Reason.WAS_NULL
                : after == null
                        ? Difference.Reason.BECAME_NULL
                        : isTolerant ? Difference.Reason.BEYOND_TOLERANCE : Difference.Reason.OTHER_VALUE;
        return shown(name, before, after) + reason;
    }

    private static String shown(String name, Object before, Object after) {
        return name + ":" + shown(before) + "->" + shown(after) + ":";
    }

    private static Map<String, Object> values(Row row) {
        Map<String, Object> values = new LinkedHashMap<>();
        row.schema().names().forEach(name -> values.put(name, row.value(name)));
        return values;
    }

    private static Key key(List<String> names, Map<String, Object> values) {
        return new Key(names, names.stream().map(values::get).toList());
    }

    private static String shown(Key key) {
        return key.fields() + shown(new ArrayList<>(key.values()));
    }

    private static String shown(Map<String, Object> row) {
        return row.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + shown(entry.getValue()))
                .collect(Collectors.joining(",", "{", "}"));
    }

    /** Shows class and value, so that 1 and 1.0 and "1" are not the same. */
    private static String shown(Object value) {
        if (value == null) {
            return "null";
        }
        if (value instanceof byte[] bytes) {
            return "bytes " + HexFormat.of().formatHex(bytes);
        }
        if (value instanceof List<?> list) {
            return list.stream().map(NaiveComparison::shown).toList().toString();
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, String> sorted = new TreeMap<>();
            map.forEach((name, item) -> sorted.put(String.valueOf(name), shown(item)));
            return sorted.toString();
        }
        boolean isPlain = value instanceof LocalDateTime || value instanceof LocalTime || value instanceof Instant;
        return (isPlain ? "" : value.getClass().getSimpleName() + " ") + value;
    }
}
