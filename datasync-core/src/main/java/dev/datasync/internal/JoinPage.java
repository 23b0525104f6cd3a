package dev.datasync.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Records of one side and one partition, each behind its length, and where in the page each of them is. */
final class JoinPage {

    /** An entry of the table is the number of a page and, in its last bits, the place of the record there. */
    static final int ENTRY_BITS = 10;

    static final int MOST_RECORDS = 1 << ENTRY_BITS;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private static final int FIRST_RECORDS = 8;

    final Side side;
    final byte[] bytes;
    int used;
    int count;

    /** Where each record begins; inverted (and so negative) once it has found its partner. */
    int[] offsets = new int[FIRST_RECORDS];

    int[] hashes = new int[FIRST_RECORDS];

    /** The next entry in the same bucket, plus one, while the page belongs to a table; 0 for none. */
    int[] next = new int[FIRST_RECORDS];

    /** The page's number in the table, or -1. */
    int number = -1;

    /** How many records wait for their partner in the table. */
    int live;

    JoinPage(Side side, int size) {
        this.side = side;
        this.bytes = new byte[size];
    }

    boolean fits(int length) {
        return bytes.length - used >= length + Integer.BYTES && count < MOST_RECORDS;
    }

    void add(byte[] record, int offset, int length, int hash) {
        if (count == offsets.length) {
            int capacity = count * 4;
            offsets = Arrays.copyOf(offsets, capacity);
            hashes = Arrays.copyOf(hashes, capacity);
            next = Arrays.copyOf(next, capacity);
        }
        INT.set(bytes, used, length);
        int start = used + Integer.BYTES;
        System.arraycopy(record, offset, bytes, start, length);
        offsets[count] = start;
        hashes[count] = hash;
        count++;
        used = start + length;
    }

    /** Returns the length of the record at an offset, without the four bytes of the length itself. */
    static int length(byte[] bytes, int offset) {
        return (int) INT.get(bytes, offset - Integer.BYTES);
    }

    /** Returns what the page costs. */
    long held() {
        return bytes.length + 3L * Integer.BYTES * offsets.length;
    }
}
