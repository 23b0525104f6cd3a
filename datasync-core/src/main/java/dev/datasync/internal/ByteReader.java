package dev.datasync.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads what a {@link ByteWriter} wrote. */
final class ByteReader {

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private byte[] bytes;
    private int position;

    ByteReader(byte[] bytes, int position) {
        this.bytes = bytes;
        this.position = position;
    }

    void reset(byte[] newBytes, int newPosition) {
        bytes = newBytes;
        position = newPosition;
    }

    byte[] array() {
        return bytes;
    }

    int position() {
        return position;
    }

    void skip(int count) {
        position += count;
    }

    int getByte() {
        return bytes[position++];
    }

    int getInt() {
        int value = (int) INT.get(bytes, position);
        position += 4;
        return value;
    }

    long getLong() {
        long value = (long) LONG.get(bytes, position);
        position += 8;
        return value;
    }

    long getUnsigned() {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = bytes[position++];
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    long getSigned() {
        long value = getUnsigned();
        return value >>> 1 ^ -(value & 1);
    }

    byte[] getBytes(int count) {
        byte[] copy = Arrays.copyOfRange(bytes, position, position + count);
        position += count;
        return copy;
    }

    String getUtf8(int count) {
        String text = new String(bytes, position, count, StandardCharsets.UTF_8);
        position += count;
        return text;
    }
}
