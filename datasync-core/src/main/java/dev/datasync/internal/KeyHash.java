package dev.datasync.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A 64-bit hash of bytes, seeded per run so that nobody can choose keys that collide. Eight bytes at a time are
 * multiplied into the state; the end is mixed by the finaliser of MurmurHash3 (Austin Appleby, public domain).
 */
final class KeyHash {

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long FACTOR = 0x9E3779B97F4A7C15L;

    private KeyHash() {}

    static long of(long seed, byte[] bytes, int offset, int length) {
        long state = seed ^ length * FACTOR;
        int at = offset;
        int end = offset + length;
        for (; end - at >= Long.BYTES; at += Long.BYTES) {
            state = mix(state ^ (long) LONG.get(bytes, at));
        }
        long rest = 0;
        for (int shift = 0; at < end; at++, shift += Byte.SIZE) {
            rest |= (bytes[at] & 0xFFL) << shift;
        }
        return finish(mix(state ^ rest));
    }

    private static long mix(long state) {
        long product = state * FACTOR;
        return product ^ Math.multiplyHigh(state, FACTOR) ^ product >>> 29;
    }

    private static long finish(long state) {
        long h = state;
        h ^= h >>> 33;
        h *= 0xFF51AFD7ED558CCDL;
        h ^= h >>> 33;
        h *= 0xC4CEB9FE1A85EC53L;
        return h ^ h >>> 33;
    }
}
