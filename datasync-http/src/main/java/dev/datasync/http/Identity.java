package dev.datasync.http;

import dev.datasync.row.Row;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Numbers that are the same for the same content, and for other content hardly ever: one of 2^64. */
final class Identity {

    private static final long START = 0x6a09e667f3bcc909L;
    private static final long FACTOR = 0x9e3779b97f4a7c15L;

    private Identity() {}

    private static long mixed(long state, long next) {
        long mixed = (state ^ next) * FACTOR;
        return mixed ^ (mixed >>> 29);
    }

    private static long ended(long state, int length) {
        long mixed = mixed(state, length);
        mixed = (mixed ^ (mixed >>> 32)) * 0xbf58476d1ce4e5b9L;
        return mixed ^ (mixed >>> 31);
    }

    static long of(char[] text, int from, int to) {
        long state = START;
        for (int i = from; i < to; i++) {
            state = mixed(state, text[i]);
        }
        return ended(state, to - from);
    }

    static long of(String text) {
        long state = START;
        for (int i = 0; i < text.length(); i++) {
            state = mixed(state, text.charAt(i));
        }
        return ended(state, text.length());
    }

    /** Returns the identity of a value by which records are told apart. */
    static long ofValue(@Nullable Object value) {
        if (value instanceof byte[] bytes) {
            return of(Arrays.toString(bytes));
        }
        return of(value + (value instanceof String ? "" : " "));
    }

    static long of(Row row) {
        long state = START;
        for (int i = 0; i < row.schema().size(); i++) {
            state = mixed(state, of(row.schema().field(i).name()));
            state = mixed(state, ofValue(row.value(i)));
        }
        return ended(state, row.schema().size());
    }
}
