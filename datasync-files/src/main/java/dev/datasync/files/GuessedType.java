package dev.datasync.files;

import dev.datasync.row.FieldType;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import org.jspecify.annotations.Nullable;

/**
 * Finds the type that all texts of a column have without a doubt. What may be a name or a number of something stays text:
 * leading zeros and pluses, exponents, and more digits than a number has that people count with.
 */
final class GuessedType {

    private static final int MOST_DIGITS = 18;

    private enum Kind {
        NOTHING,
        INTEGER,
        DECIMAL,
        BOOLEAN,
        DATE,
        TIMESTAMP,
        INSTANT,
        TEXT
    }

    private Kind kind = Kind.NOTHING;

    /** Takes a text of the column. */
    void see(String text) {
        if (kind == Kind.TEXT) {
            return;
        }
        Kind own = kindOf(text);
        if (kind == Kind.NOTHING || kind == own) {
            kind = own;
        } else if (isNumber(kind) && isNumber(own)) {
            kind = Kind.DECIMAL;
        } else {
            kind = Kind.TEXT;
        }
    }

    private static boolean isNumber(Kind kind) {
        return kind == Kind.INTEGER || kind == Kind.DECIMAL;
    }

    /** Returns the format of all texts, or null when they are texts. */
    @Nullable
    TextFormat format() {
        return switch (kind) {
            case NOTHING, TEXT -> null;
            case INTEGER -> TextFormat.integer();
            case DECIMAL -> TextFormat.of(FieldType.decimal());
            case BOOLEAN -> TextFormat.bool();
            case DATE -> TextFormat.date();
            case TIMESTAMP -> TextFormat.timestamp();
            case INSTANT -> TextFormat.instant();
        };
    }

    private static Kind kindOf(String text) {
        if (text.isEmpty()) {
            return Kind.TEXT;
        }
        if (text.equals("true") || text.equals("false")) {
            return Kind.BOOLEAN;
        }
        Kind number = numberKind(text);
        return number == Kind.TEXT ? timeKind(text) : number;
    }

    private static Kind numberKind(String text) {
        int start = text.charAt(0) == '-' ? 1 : 0;
        int whole = digits(text, start);
        boolean isWhole = whole > 0 && whole <= MOST_DIGITS && (whole == 1 || text.charAt(start) != '0');
        if (!isWhole) {
            return Kind.TEXT;
        }
        int end = start + whole;
        boolean isNegativeZero = start == 1 && text.chars().skip(1).allMatch(c -> c == '0' || c == '.');
        if (isNegativeZero) {
            return Kind.TEXT;
        }
        if (end == text.length()) {
            return Kind.INTEGER;
        }
        int fraction = text.charAt(end) == '.' ? digits(text, end + 1) : 0;
        boolean isDecimal = fraction > 0 && fraction <= MOST_DIGITS && end + 1 + fraction == text.length();
        return isDecimal ? Kind.DECIMAL : Kind.TEXT;
    }

    private static int digits(String text, int start) {
        int index = start;
        while (index < text.length() && text.charAt(index) >= '0' && text.charAt(index) <= '9') {
            index++;
        }
        return index - start;
    }

    private static Kind timeKind(String text) {
        boolean mayBeTime = text.length() >= "2025-12-31".length()
                && text.length() <= "2025-12-31T23:59:59.123456789Z".length()
                && digits(text, 0) == 4
                && text.charAt(4) == '-'
                && text.charAt(7) == '-';
        if (!mayBeTime) {
            return Kind.TEXT;
        }
        try {
            if (text.length() == "2025-12-31".length()) {
                LocalDate.parse(text);
                return Kind.DATE;
            }
            if (text.charAt("2025-12-31".length()) != 'T') {
                return Kind.TEXT;
            }
            if (text.endsWith("Z")) {
                Instant.parse(text);
                return text.contains("T24") || text.contains(":60") ? Kind.TEXT : Kind.INSTANT;
            }
            LocalDateTime.parse(text);
            return Kind.TIMESTAMP;
        } catch (DateTimeException e) {
            return Kind.TEXT;
        }
    }
}
