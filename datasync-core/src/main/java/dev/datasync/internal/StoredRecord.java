package dev.datasync.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The parts of a record as bytes, which lie behind their length: the length of its key (4 bytes), the key, its position (8 bytes), and its body (see
 * {@link Layout}).
 */
final class StoredRecord {

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private StoredRecord() {}

    static int keyOffset(int offset) {
        return offset + Integer.BYTES;
    }

    static int keyLength(byte[] page, int offset) {
        return (int) INT.get(page, offset);
    }

    static long position(byte[] page, int offset) {
        return (long) LONG.get(page, offset + Integer.BYTES + keyLength(page, offset));
    }

    static int body(byte[] page, int offset) {
        return offset + Integer.BYTES + keyLength(page, offset) + Long.BYTES;
    }

    /** Returns a body's length; every record lies behind its own length, in pages and in chunks alike. */
    static int bodyLength(byte[] page, int offset) {
        return (int) INT.get(page, offset - Integer.BYTES) - Integer.BYTES - keyLength(page, offset) - Long.BYTES;
    }

    static long hash(long seed, byte[] page, int offset) {
        return KeyHash.of(seed, page, keyOffset(offset), keyLength(page, offset));
    }

    static boolean sameKey(byte[] page, int offset, byte[] otherPage, int otherOffset) {
        int length = keyLength(page, offset);
        int from = keyOffset(offset);
        int otherFrom = keyOffset(otherOffset);
        return length == keyLength(otherPage, otherOffset)
                && Arrays.equals(page, from, from + length, otherPage, otherFrom, otherFrom + length);
    }

    static int compareKeys(byte[] page, int offset, byte[] otherPage, int otherOffset) {
        int from = keyOffset(offset);
        int otherFrom = keyOffset(otherOffset);
        return Arrays.compareUnsigned(
                page,
                from,
                from + keyLength(page, offset),
                otherPage,
                otherFrom,
                otherFrom + keyLength(otherPage, otherOffset));
    }
}
