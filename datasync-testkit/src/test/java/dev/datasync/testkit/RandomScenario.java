package dev.datasync.testkit;

import dev.datasync.SyncPlan;
import dev.datasync.change.Deletes;
import dev.datasync.change.Limit;
import dev.datasync.match.Matcher;
import dev.datasync.match.Normalization;
import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.run.FailurePolicy;
import dev.datasync.sink.Sink;
import dev.datasync.source.Source;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** Two sides and a plan, made of a seed: the same seed makes the same scenario. */
final class RandomScenario {

    enum Mode {
        BOTH,
        INSERT_ONLY,
        UPDATE_ONLY
    }

    enum DeleteRule {
        NONE,
        UNLIMITED,
        LIMITED,
        SCOPED,
        SOFT
    }

    static final int[] SMALL_SIZES = {0, 1, 2, 3, 5, 6, 7, 8, 17, 50};
    static final int[] LARGE_SIZES = {299, 999, 1_000, 1_001, 1_500};

    private static final List<String> KEY_TEXTS =
            List.of("a", "B", "b", "Ä", "é", "e\u0301", "日", "\uD83D\uDE00", "\uFFFD", "\uFFFF", " z", "q\0", "q");

    private static final List<FieldType> KEY_TYPES = List.of(
            FieldType.integer(),
            FieldType.integer(16),
            FieldType.text(),
            FieldType.text(40),
            FieldType.paddedText(20),
            FieldType.decimal(),
            FieldType.decimal(12, 3),
            FieldType.uuid(),
            FieldType.date(),
            FieldType.timestamp(6),
            FieldType.instant(3),
            FieldType.time(3),
            FieldType.binary(),
            FieldType.float64());

    private static final List<FieldType> VALUE_TYPES = List.of(
            FieldType.text(),
            FieldType.text(10),
            FieldType.paddedText(10),
            FieldType.integer(),
            FieldType.integer(8),
            FieldType.decimal(),
            FieldType.decimal(9, 2),
            FieldType.float64(),
            FieldType.float32(),
            FieldType.bool(),
            FieldType.date(),
            FieldType.time(0),
            FieldType.timestamp(6),
            FieldType.instant(3),
            FieldType.uuid(),
            FieldType.binary(),
            FieldType.list(FieldType.integer()),
            FieldType.map(),
            FieldType.any());

    final long seed;
    final Schema schema;
    final List<String> keys = new ArrayList<>();
    final List<String> sourceKeys = new ArrayList<>();
    final Set<String> ignored = new HashSet<>();
    final Set<String> compared = new HashSet<>();
    final Map<String, Object> tolerances = new LinkedHashMap<>();
    final boolean isNormalizing;
    final Mode mode;
    final DeleteRule deleteRule;
    final boolean isFailFast;
    final List<Row> source = new ArrayList<>();
    final List<Row> target = new ArrayList<>();
    final int batchSize;

    private final Random random;

    RandomScenario(long seed, int[] sizes) {
        this.seed = seed;
        this.random = new Random(seed);
        this.schema = schema();
        this.isNormalizing = chance(10);
        this.deleteRule = DeleteRule.values()[random.nextInt(DeleteRule.values().length)];
        Mode anyMode = Mode.values()[random.nextInt(Mode.values().length)];
        this.mode = chance(60) || anyMode == Mode.INSERT_ONLY && deleteRule != DeleteRule.NONE ? Mode.BOTH : anyMode;
        this.isFailFast = chance(15);
        for (int i = keys.size(); i < schema.size(); i++) {
            Field field = schema.field(i);
            if (field.name().equals("mark")) {
                continue;
            }
            if (chance(10)) {
                ignored.add(field.name());
            }
            if (chance(20)) {
                tolerate(field);
            }
        }
        if (chance(15)) {
            schema.fields().stream()
                    .map(Field::name)
                    .filter(name -> !keys.contains(name) && !ignored.contains(name) && chance(50))
                    .forEach(compared::add);
        }
        int sourceSize = sizes[random.nextInt(sizes.length)];
        int targetSize = chance(40) ? sourceSize : sizes[random.nextInt(sizes.length)];
        this.batchSize = List.of(1, 2, Math.max(1, sourceSize - 1), Math.max(1, sourceSize), sourceSize + 1, 1_000)
                .get(random.nextInt(6));
        fill(sourceSize, targetSize);
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    private Schema schema() {
        List<Field> fields = new ArrayList<>();
        int parts = chance(25) ? 2 : 1;
        for (int i = 0; i < parts; i++) {
            keys.add("key" + i);
            sourceKeys.add(chance(10) ? "source_key" + i : "key" + i);
            fields.add(Field.of("key" + i, KEY_TYPES.get(random.nextInt(KEY_TYPES.size()))));
        }
        int values = random.nextInt(6);
        for (int i = 0; i < values; i++) {
            Field field = Field.of("value" + i, VALUE_TYPES.get(random.nextInt(VALUE_TYPES.size())));
            if (chance(10)) {
                field = field.with(chance(50) ? Field.Trait.NOT_NULL : Field.Trait.HAS_DEFAULT);
            }
            fields.add(field);
        }
        fields.add(Field.of("filler", FieldType.text()));
        fields.add(Field.of("mark", FieldType.bool()));
        return Schema.of(fields);
    }

    private void tolerate(Field field) {
        FieldType type = field.type();
        if (type instanceof FieldType.Whole || type instanceof FieldType.Decimal || type instanceof FieldType.Real) {
            tolerances.put(field.name(), new BigDecimal("0.5"));
        } else if (type instanceof FieldType.Timestamp
                || type instanceof FieldType.Moment
                || type instanceof FieldType.Clock) {
            tolerances.put(field.name(), Duration.ofSeconds(1));
        }
    }

    // ---------------------------------------------------------------- rows

    private void fill(int sourceSize, int targetSize) {
        Schema incoming = Schema.of(schema.fields().stream()
                .filter(field -> keys.contains(field.name())
                        || field.name().equals("filler")
                        || chance(field.name().equals("mark") ? 10 : 85))
                .map(field -> {
                    int key = keys.indexOf(field.name());
                    return Field.of(key < 0 ? field.name() : sourceKeys.get(key), FieldType.any());
                })
                .toList());
        Schema narrower = incoming.without("filler");
        boolean hasUnusable = chance(25);
        boolean hasDuplicates = chance(8);
        int shift = random.nextInt(targetSize + 1);
        for (int i = 0; i < sourceSize; i++) {
            int number = hasDuplicates && i > 0 && chance(5) ? i - 1 : i;
            source.add(sourceRow(chance(3) ? narrower : incoming, number, hasUnusable));
        }
        boolean hasTargetDuplicates = chance(3);
        Set<List<Object>> seen = new HashSet<>();
        for (int i = 0; i < targetSize; i++) {
            int number = hasTargetDuplicates && i > 0 && chance(5) ? i - 1 : i + (chance(50) ? 0 : shift % 5);
            Row row = targetRow(number);
            List<Object> key =
                    keys.stream().map(name -> comparable(row.value(name))).toList();
            if (seen.add(key) || hasTargetDuplicates) {
                target.add(row);
            }
        }
        Collections.shuffle(source, random);
        Collections.shuffle(target, random);
    }

    private static Object comparable(Object value) {
        return value instanceof byte[] bytes ? List.of(Base64.getEncoder().encodeToString(bytes)) : value;
    }

    private Row sourceRow(Schema incoming, int number, boolean hasUnusable) {
        Object[] values = new Object[incoming.size()];
        for (int i = 0; i < values.length; i++) {
            String name = incoming.field(i).name();
            int key = sourceKeys.indexOf(name);
            Field field = schema.field(key < 0 ? name : keys.get(key));
            if (key >= 0) {
                Object value = key(field.type(), number, key);
                values[i] = hasUnusable && chance(2) ? (chance(50) ? null : "") : raw(field.type(), value);
            } else if (hasUnusable && chance(2)) {
                values[i] = "not a value of any type, and longer than all that have a length";
            } else {
                // most values are those of the target's row of the same number
                Object value = value(field, new Random(chance(85) ? number : number + 7_777));
                boolean isNull = value == null || chance(2) && !field.is(Field.Trait.NOT_NULL);
                values[i] = isNull ? null : raw(field.type(), value);
            }
        }
        return incoming.row(values);
    }

    private Row targetRow(int number) {
        Object[] values = new Object[schema.size()];
        for (int i = 0; i < values.length; i++) {
            Field field = schema.field(i);
            values[i] = i < keys.size() ? key(field.type(), number, i) : value(field, new Random(number));
        }
        return schema.row(values);
    }

    private static Object key(FieldType type, int number, int part) {
        // in a composite key many rows share the first part
        int n = part == 0 ? number : number / 3;
        if (type instanceof FieldType.Text) {
            return type.convert(KEY_TEXTS.get(n % KEY_TEXTS.size()) + n);
        }
        if (type instanceof FieldType.Uuid) {
            return new UUID(n * 0x9E37_79B9_7F4A_7C15L, n);
        }
        if (type instanceof FieldType.Day) {
            return LocalDate.of(1969, 12, 1).plusDays(n);
        }
        if (type instanceof FieldType.Timestamp) {
            return type.convert(LocalDateTime.of(1969, 12, 31, 23, 59, 59).plusNanos(n * 1_001_000L));
        }
        if (type instanceof FieldType.Moment) {
            return type.convert(Instant.ofEpochSecond(-2).plusMillis(n));
        }
        if (type instanceof FieldType.Clock) {
            return type.convert(LocalTime.MIDNIGHT.plusNanos(n * 1_000_000L));
        }
        if (type instanceof FieldType.Binary) {
            return new byte[] {(byte) (n * 37), 0, (byte) (n >> 8), (byte) n};
        }
        BigDecimal decimal = BigDecimal.valueOf(n % 2 == 0 ? n : -n);
        return type.convert(type instanceof FieldType.Whole ? decimal : decimal.movePointLeft(n % 3));
    }

    private Object value(Field field, RandomGenerator numbers) {
        if (field.name().equals("filler")) {
            return "f".repeat(numbers.nextInt(300));
        }
        if (field.name().equals("mark")) {
            return numbers.nextInt(5) == 0 ? null : numbers.nextInt(4) == 0;
        }
        if (!field.is(Field.Trait.NOT_NULL) && numbers.nextInt(20) == 0) {
            return null;
        }
        return field.type().convert(any(field.type(), numbers));
    }

    private static Object any(FieldType type, RandomGenerator numbers) {
        int n = numbers.nextInt(100);
        if (type instanceof FieldType.Text) {
            return List.of("", "x", " y ", "日本", "\uD83D\uDE00", "it's", "n" + n)
                    .get(n % 7);
        }
        if (type instanceof FieldType.Whole) {
            return n - 50;
        }
        if (type instanceof FieldType.Decimal) {
            return BigDecimal.valueOf(n * 11L - 500, n % 5);
        }
        if (type instanceof FieldType.Real) {
            return switch (n) {
                case 0 -> Double.NaN;
                case 1 -> -0.0;
                case 2 -> Double.POSITIVE_INFINITY;
                default -> (n - 50) / 4.0;
            };
        }
        if (type instanceof FieldType.Bool) {
            return n % 2 == 0;
        }
        if (type instanceof FieldType.Day) {
            return LocalDate.of(2024, 2, 28).plusDays(n);
        }
        if (type instanceof FieldType.Clock) {
            return LocalTime.of(12, 0).plusNanos(n * 123_456_789L);
        }
        if (type instanceof FieldType.Timestamp) {
            return LocalDateTime.of(2024, 1, 1, 0, 0).plusNanos(n * 123_456_789L);
        }
        if (type instanceof FieldType.Moment) {
            return Instant.parse("2024-01-01T00:00:00Z").plusNanos(n * 123_456_789L);
        }
        if (type instanceof FieldType.Uuid) {
            return new UUID(n, -n);
        }
        if (type instanceof FieldType.Binary) {
            return new byte[] {(byte) n, (byte) -n};
        }
        if (type instanceof FieldType.Sequence) {
            return n % 3 == 0 ? List.of() : List.of(n, n + 1);
        }
        if (type instanceof FieldType.Nested) {
            Map<String, Object> nested = new LinkedHashMap<>();
            nested.put("a", n);
            nested.put("b", "text");
            nested.put("c", new BigDecimal("1.50"));
            return nested;
        }
        return List.of("text", 5L, new BigDecimal("5.0"), true, LocalDate.of(2024, 1, 1))
                .get(n % 5);
    }

    /** Returns a stored value in another form that is stored as the same value, or nearly always. */
    private Object raw(FieldType type, Object stored) {
        int form = random.nextInt(4);
        if (form == 0) {
            return stored;
        }
        if (type instanceof FieldType.Text text) {
            return text.padding() == FieldType.Padding.STRIPPED ? stored + "  " : stored;
        }
        if (stored instanceof Long number) {
            return form == 1 ? (Object) number.intValue() : form == 2 ? number.toString() : BigDecimal.valueOf(number);
        }
        if (stored instanceof BigDecimal number && type instanceof FieldType.Decimal) {
            return form == 1 ? number.toPlainString() : number.setScale(number.scale() + form);
        }
        if (stored instanceof Double number) {
            return form == 1 && !number.isNaN() && !number.isInfinite() ? number.toString() : number;
        }
        if (stored instanceof Boolean truth) {
            return form == 1 ? (truth ? "yes" : "no") : form == 2 ? (truth ? "1" : "0") : truth;
        }
        if (stored instanceof LocalDateTime time && type instanceof FieldType.Timestamp) {
            return form == 1 ? time.toString() : time.plusNanos(form * 111L);
        }
        if (stored instanceof Instant instant && type instanceof FieldType.Moment) {
            return form == 1 ? instant.atOffset(ZoneOffset.ofHours(5)) : instant.plusNanos(form * 111L);
        }
        if (stored instanceof LocalDate || stored instanceof LocalTime || stored instanceof UUID) {
            return type instanceof FieldType.Any ? stored : stored.toString();
        }
        if (stored instanceof byte[] bytes) {
            return form == 1 ? Base64.getEncoder().encodeToString(bytes) : bytes;
        }
        if (stored instanceof Map<?, ?> map) {
            Map<Object, Object> reversed = new LinkedHashMap<>();
            List<Object> names = new ArrayList<>(map.keySet());
            Collections.reverse(names);
            names.forEach(name -> reversed.put(name, map.get(name)));
            return reversed;
        }
        return stored;
    }

    // ---------------------------------------------------------------- the plan

    Matcher<Row> matcher() {
        Matcher<Row> matcher = Matcher.on(
                sourceKeys.get(0), sourceKeys.subList(1, sourceKeys.size()).toArray(String[]::new));
        if (!sourceKeys.equals(keys)) {
            matcher = matcher.inTarget(keys.toArray(String[]::new));
        }
        if (isNormalizing) {
            matcher = matcher.normalizing(Normalization.IGNORE_CASE, Normalization.TRIM);
        }
        for (Map.Entry<String, Object> tolerance : tolerances.entrySet()) {
            matcher = tolerance.getValue() instanceof BigDecimal amount
                    ? matcher.tolerance(tolerance.getKey(), amount)
                    : matcher.tolerance(tolerance.getKey(), (Duration) tolerance.getValue());
        }
        return matcher.ignoring(ignored.toArray(String[]::new)).comparing(compared.toArray(String[]::new));
    }

    Deletes deletes() {
        return switch (deleteRule) {
            case SOFT -> Deletes.soft("mark", true).unlimited();
            case SCOPED -> Deletes.within(this::isInScope).unlimited();
            case LIMITED -> Deletes.missing().atMost(Limit.records(3).or(Limit.percent(20)));
            default -> Deletes.missing().unlimited();
        };
    }

    boolean isInScope(Row row) {
        return !Boolean.TRUE.equals(row.value("mark"));
    }

    SyncPlan.Builder<Row> plan(Source<Row> from, Sink<Row> into) {
        SyncPlan.Builder<Row> plan = SyncPlan.named("random " + seed)
                .from(from)
                .match(matcher())
                .into(into)
                .batchSize(batchSize);
        if (deleteRule != DeleteRule.NONE) {
            plan = plan.deletes(deletes());
        }
        if (mode == Mode.INSERT_ONLY) {
            plan = plan.insertOnly();
        }
        if (mode == Mode.UPDATE_ONLY) {
            plan = plan.updateOnly();
        }
        return isFailFast ? plan : plan.onFailure(FailurePolicy.skipUpTo(Integer.MAX_VALUE));
    }

    InMemorySink sink() {
        return InMemorySink.of(schema).holding(target);
    }

    @Override
    public String toString() {
        return "seed " + seed + ": " + source.size() + " to " + target.size() + " rows, " + schema + ", keys "
                + sourceKeys + ", ignored " + ignored + ", compared " + compared + ", tolerances "
                + tolerances.keySet() + (isNormalizing ? ", normalizing" : "") + ", " + mode + ", " + deleteRule
                + ", batches of " + batchSize + (isFailFast ? ", fail fast" : "");
    }
}
