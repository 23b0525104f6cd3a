package dev.datasync.internal;

import dev.datasync.row.ConversionException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A growing array of bytes, reused from record to record. */
final class ByteWriter {

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private static final int MOST_BYTES_OF_NUMBER = 10;

    private byte[] bytes = new byte[256];
    private int length;

    void clear() {
        length = 0;
    }

    int length() {
        return length;
    }

    /** Forgets what was written after a place, to undo a record that turned out to be unusable. */
    void truncate(int newLength) {
        length = newLength;
    }

    /** Returns the array behind; valid up to {@link #length()} and until the next write. */
    byte[] array() {
        return bytes;
    }

    byte[] copy() {
        return Arrays.copyOf(bytes, length);
    }

    private void reserve(int more) {
        if (bytes.length - length < more) {
            int wanted = Math.addExact(length, more);
            bytes = Arrays.copyOf(bytes, Math.max(wanted, (int) Math.min(Integer.MAX_VALUE - 16, bytes.length * 2L)));
        }
    }

    void putByte(int value) {
        reserve(1);
        bytes[length++] = (byte) value;
    }

    void putInt(int value) {
        reserve(4);
        INT.set(bytes, length, value);
        length += 4;
    }

    void putLong(long value) {
        reserve(8);
        LONG.set(bytes, length, value);
        length += 8;
    }

    /** Writes over four bytes that were written before. */
    void setInt(int at, int value) {
        INT.set(bytes, at, value);
    }

    /** Writes a number that is mostly small and never negative, seven bits a byte. */
    void putUnsigned(long value) {
        reserve(MOST_BYTES_OF_NUMBER);
        length = put(bytes, length, value);
    }

    /** Writes a number that is mostly near zero, on either side. */
    void putSigned(long value) {
        putUnsigned(zigzag(value));
    }

    /** Writes a byte and a number that is mostly near zero, on either side. */
    void putTagged(int tag, long value) {
        reserve(1 + MOST_BYTES_OF_NUMBER);
        bytes[length] = (byte) tag;
        length = put(bytes, length + 1, zigzag(value));
    }

    /** Writes a byte and two numbers that are mostly near zero, on either side. */
    void putTagged(int tag, long value, long other) {
        reserve(1 + 2 * MOST_BYTES_OF_NUMBER);
        byte[] target = bytes;
        target[length] = (byte) tag;
        length = put(target, put(target, length + 1, zigzag(value)), zigzag(other));
    }

    private static long zigzag(long value) {
        return value << 1 ^ value >> 63;
    }

    private static int put(byte[] target, int from, long value) {
        int at = from;
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            target[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        target[at] = (byte) rest;
        return at + 1;
    }

    void putBytes(byte[] source, int offset, int count) {
        reserve(count);
        System.arraycopy(source, offset, bytes, length, count);
        length += count;
    }

    /**
     * Writes a byte and a text as UTF-8 with the number of its bytes in front.
     *
     * @throws ConversionException as {@link #putUtf8} does
     */
    void putTagged(int tag, String text) {
        int count = text.length();
        reserve(1 + Integer.BYTES + Math.multiplyExact(count, 3));
        int start = length + 1 + Integer.BYTES;
        bytes[length] = (byte) tag;
        int end = put(bytes, start, text, count);
        INT.set(bytes, start - Integer.BYTES, end - start);
        length = end;
    }

    /**
     * Writes a text as UTF-8.
     *
     * @throws ConversionException when the text has half of a surrogate pair, which UTF-8 cannot hold and JDBC drivers
     *     silently replace by a question mark
     */
    void putUtf8(String text) {
        int count = text.length();
        reserve(Math.multiplyExact(count, 3));
        length = put(bytes, length, text, count);
    }

    private static int put(byte[] target, int from, String text, int count) {
        int at = from;
        int i = 0;
        // most texts are nothing but ASCII, or begin so: a loop that does nothing else is a fast one
        for (; i < count && text.charAt(i) < 0x80; i++) {
            target[at++] = (byte) text.charAt(i);
        }
        for (; i < count; i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                target[at++] = (byte) c;
            } else if (c < 0x800) {
                target[at++] = (byte) (0xC0 | c >> 6);
                target[at++] = (byte) (0x80 | c & 0x3F);
            } else if (Character.isSurrogate(c)) {
                if (!Character.isHighSurrogate(c) || i + 1 == count || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    throw new ConversionException(
                            "a text has half of a surrogate pair at character " + i + ", which is no valid Unicode");
                }
                int point = Character.toCodePoint(c, text.charAt(++i));
                target[at++] = (byte) (0xF0 | point >> 18);
                target[at++] = (byte) (0x80 | point >> 12 & 0x3F);
                target[at++] = (byte) (0x80 | point >> 6 & 0x3F);
                target[at++] = (byte) (0x80 | point & 0x3F);
            } else {
                target[at++] = (byte) (0xE0 | c >> 12);
                target[at++] = (byte) (0x80 | c >> 6 & 0x3F);
                target[at++] = (byte) (0x80 | c & 0x3F);
            }
        }
        return at;
    }
}
