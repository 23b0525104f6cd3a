package dev.datasync.files;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * Numbers as Excel shows them: whatever a file writes, a cell holds a floating-point number of which 15 digits count.
 * What a file writes as 1.1000000000000001 is 1.1.
 */
final class ExcelNumbers {

    /** The digits that Excel keeps of a number that somebody types. */
    static final int DIGITS = 15;

    /** The first whole number with more digits than Excel keeps. */
    private static final long TOO_LONG = 1_000_000_000_000_000L;

    private static final BigDecimal LEAST = BigDecimal.valueOf(Long.MIN_VALUE);
    private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);

    private static final MathContext AS_SHOWN = new MathContext(DIGITS, RoundingMode.HALF_UP);

    private ExcelNumbers() {}

    /** Returns the number that some characters write, or null when they write none. */
    static @Nullable Object parse(char[] text, int from, int to) {
        int index = from;
        boolean isNegative = index < to && text[index] == '-';
        if (isNegative) {
            index++;
        }
        long digits = 0;
        int point = -1;
        int significant = 0;
        int first = index;
        for (; index < to; index++) {
            char character = text[index];
            if (character >= '0' && character <= '9') {
                digits = digits * 10 + character - '0';
                if (digits != 0 && ++significant > DIGITS) {
                    return parseAny(new String(text, from, to - from));
                }
            } else if (character == '.' && point < 0) {
                point = index;
            } else {
                return parseAny(new String(text, from, to - from));
            }
        }
        if (index == first || index - first > 300 || point == index - 1) {
            return parseAny(new String(text, from, to - from));
        }
        int scale = point < 0 ? 0 : index - point - 1;
        while (scale > 0 && digits % 10 == 0) {
            digits /= 10;
            scale--;
        }
        long signed = isNegative ? -digits : digits;
        return scale == 0 ? (Object) signed : BigDecimal.valueOf(signed, scale);
    }

    private static @Nullable Object parseAny(String text) {
        String number = text.strip();
        if (number.isEmpty() || number.length() > 400) {
            return null;
        }
        for (int i = 0; i < number.length(); i++) {
            // what Java also takes for a number: hexadecimal ones, NaN, a letter for the type at the end
            if ("0123456789+-.eE".indexOf(number.charAt(i)) < 0) {
                return null;
            }
        }
        try {
            return of(Double.parseDouble(number));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** Returns a number as Excel shows it, or null for what is none. */
    static @Nullable Object of(double number) {
        long whole = (long) number;
        if (whole == number && Math.abs(whole) < TOO_LONG) {
            return whole;
        }
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            return null;
        }
        BigDecimal shown = new BigDecimal(number).round(AS_SHOWN).stripTrailingZeros();
        if (shown.scale() > 0) {
            return shown;
        }
        boolean isLong = shown.compareTo(LEAST) >= 0 && shown.compareTo(MOST) <= 0;
        return isLong ? (Object) shown.longValueExact() : shown.setScale(0);
    }

    /** Tells whether a whole number has so many digits that Excel has cut it, or would. */
    static boolean isCut(Object number) {
        return number instanceof Long whole
                ? whole >= TOO_LONG || whole <= -TOO_LONG
                : number instanceof BigDecimal decimal && decimal.scale() <= 0;
    }
}
