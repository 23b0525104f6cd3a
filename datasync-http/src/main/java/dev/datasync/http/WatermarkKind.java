package dev.datasync.http;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The kinds of values by which a resource can be read incrementally. */
enum WatermarkKind {
    NUMBER("a number"),
    MOMENT("a time with its offset, such as 2026-01-31T12:00:00Z"),
    LOCAL("a time without an offset"),
    DATE("a day");

    /** How many numbers may be given away before a record with a smaller one is seen, unless something else is said. */
    static final long STANDARD_NUMBER = 1_000;

    private static final Duration STANDARD_TIME = Duration.ofMinutes(5);

    private final String shown;

    WatermarkKind(String shown) {
        this.shown = shown;
    }

    /** Returns the kind in words, for messages. */
    String shown() {
        return shown;
    }

    /** Returns how much later than stamped a record may be seen, unless something else is said. */
    Duration standardTime() {
        // clocks on walls go back an hour
        return this == LOCAL ? STANDARD_TIME.plusHours(1) : STANDARD_TIME;
    }

    String notation() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the kind of a value as JSON has it, or empty when it is none of these. */
    static Optional<WatermarkKind> of(Object value) {
        if (value instanceof Long || value instanceof BigDecimal) {
            return Optional.of(NUMBER);
        }
        if (value instanceof String text && text.length() <= 64) {
            for (WatermarkKind kind : new WatermarkKind[] {MOMENT, LOCAL, DATE}) {
                if (kind.parsed(text) != null) {
                    return Optional.of(kind);
                }
            }
        }
        return Optional.empty();
    }

    /** Returns the text of a value as a server understands it. */
    static String text(Object value) {
        return value instanceof BigDecimal number ? number.toPlainString() : value.toString();
    }

    /** Returns what a text of this kind means, or null when it is none. */
    @Nullable
    Comparable<?> parsed(String text) {
        try {
            return switch (this) {
                case NUMBER -> new BigDecimal(text);
                case MOMENT -> OffsetDateTime.parse(text).toInstant();
                case LOCAL -> LocalDateTime.parse(text);
                case DATE -> LocalDate.parse(text);
            };
        } catch (DateTimeException | NumberFormatException e) {
            return null;
        }
    }

    /** Compares two texts of this kind by what they mean. */
    @SuppressWarnings({"unchecked", "rawtypes"}) // both are of this kind
    int compare(String one, String other) {
        Comparable first = parsed(one);
        Comparable second = parsed(other);
        return first == null || second == null ? 0 : first.compareTo(second);
    }

    /** Returns the text of a value that is so much smaller; itself when that is nothing. */
    String minus(String text, Duration time, long number) {
        if (this == NUMBER ? number == 0 : time.isZero()) {
            return text;
        }
        return switch (this) {
            case NUMBER -> {
                BigDecimal greatest = new BigDecimal(text);
                BigDecimal less = greatest.subtract(BigDecimal.valueOf(number));
                // many servers refuse a negative number where they never give one
                yield greatest.signum() >= 0 && less.signum() < 0 ? "0" : less.toPlainString();
            }
            // these write seconds also when they are zero, which not every server does without
            case MOMENT ->
                DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                        OffsetDateTime.parse(text).minus(time));
            case LOCAL ->
                DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(
                        LocalDateTime.parse(text).minus(time));
            case DATE ->
                LocalDate.parse(text).minusDays(time.minusNanos(1).toDays() + 1).toString();
        };
    }
}
