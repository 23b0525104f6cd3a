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
        long state = begin(seed, length);
        int at = offset;
        int end = offset + length;
        for (; end - at >= Long.BYTES; at += Long.BYTES) {
            state = mix(state ^ eight(bytes, at));
        }
        return finish(mix(state ^ rest(bytes, at, end)));
    }

    static long begin(long seed, int length) {
        return seed ^ length * FACTOR;
    }

    static long eight(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at);
    }

    /** Returns the bytes at the end, which are less than eight. */
    static long rest(byte[] bytes, int from, int end) {
        if (from >= Long.BYTES) {
            // those before them are read too and thrown away; a shift by 64 would be one by 0
            return from == end ? 0 : eight(bytes, end - Long.BYTES) >>> Byte.SIZE * (Long.BYTES - (end - from));
        }
        long rest = 0;
        int shift = 0;
        for (int at = from; at < end; at++, shift += Byte.SIZE) {
            rest |= (bytes[at] & 0xFFL) << shift;
        }
        return rest;
    }

    static long mix(long state) {
        long product = state * FACTOR;
        return product ^ Math.multiplyHigh(state, FACTOR) ^ product >>> 29;
    }

    static long finish(long state) {
        long h = state;
        h ^= h >>> 33;
        h *= 0xFF51AFD7ED558CCDL;
        h ^= h >>> 33;
        h *= 0xC4CEB9FE1A85EC53L;
        return h ^ h >>> 33;
    }
}
