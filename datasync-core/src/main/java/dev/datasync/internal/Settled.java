package dev.datasync.internal;

import org.jspecify.annotations.Nullable;

/**
 * What is left of a record that was compared and forgotten: its key and where it was, so that a second record with that
 * key is still noticed. The form is that of a stored record up to its key: the length of the key (4 bytes), the key,
 * which sides had it (1 byte), and the position on each of them.
 */
final class Settled {

    static final int SOURCE = 1;
    static final int TARGET = 2;
    static final int BOTH = SOURCE | TARGET;

    private Settled() {}

    static void write(
            ByteWriter out, int sides, byte[] keyPage, int keyOffset, long sourcePosition, long targetPosition) {
        out.clear();
        out.putBytes(keyPage, keyOffset, Integer.BYTES + StoredRecord.keyLength(keyPage, keyOffset));
        out.putByte(sides);
        if ((sides & SOURCE) != 0) {
            out.putSigned(sourcePosition);
        }
        if ((sides & TARGET) != 0) {
            out.putSigned(targetPosition);
        }
    }

    static int sides(byte[] page, int offset) {
        return page[StoredRecord.keyOffset(offset) + StoredRecord.keyLength(page, offset)];
    }

    static long position(Side side, byte[] page, int offset) {
        ByteReader in = new ByteReader(page, StoredRecord.keyOffset(offset) + StoredRecord.keyLength(page, offset) + 1);
        long first = in.getSigned();
        return side == Side.TARGET && sides(page, offset) == BOTH ? in.getSigned() : first;
    }

    /** Returns a duplicate's half: where it is, and its key. */
    static DuplicateKey.Place place(Side side, byte[] page, int offset) {
        return new DuplicateKey.Place(page, offset, position(side, page, offset), DuplicateKey.Content.KEY_ONLY);
    }

    static @Nullable Side common(int sides, int others) {
        if ((sides & others & SOURCE) != 0) {
            return Side.SOURCE;
        }
        return (sides & others & TARGET) != 0 ? Side.TARGET : null;
    }
}
