package dev.datasync.http;

import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** How long a server asks to wait. */
final class RetryAfter {

    /** Longer than anybody waits, and short enough to be counted in nanoseconds. */
    private static final Duration VERY_LONG = Duration.ofDays(36_500);

    private RetryAfter() {}

    /**
     * Returns how long to wait, of a header with seconds or with a date.
     *
     * @param now the time here, for a server that does not say its own
     * @return empty when there is none, it makes no sense, or the date is past
     */
    static Optional<Duration> of(HttpHeaders headers, Instant now) {
        String text = headers.firstValue("Retry-After").orElse("").trim();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (text.chars().allMatch(next -> next >= '0' && next <= '9')) {
            return Optional.of(text.length() > 9 ? VERY_LONG : shorter(Duration.ofSeconds(Long.parseLong(text))));
        }
        Optional<Instant> then = date(text);
        // the server's clock may be wrong; the difference of its own two times is right nevertheless
        Instant since = headers.firstValue("Date").flatMap(RetryAfter::date).orElse(now);
        return then.map(instant -> Duration.between(since, instant))
                .filter(wait -> !wait.isNegative())
                .map(RetryAfter::shorter);
    }

    private static Duration shorter(Duration wait) {
        return wait.compareTo(VERY_LONG) > 0 ? VERY_LONG : wait;
    }

    private static Optional<Instant> date(String text) {
        try {
            return Optional.of(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text, Instant::from));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
