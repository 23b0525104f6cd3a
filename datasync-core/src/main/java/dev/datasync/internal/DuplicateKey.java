package dev.datasync.internal;

/** Two records of one side have one key. Carries the two as bytes; the caller knows how to name them. */
final class DuplicateKey extends RuntimeException {

    private static final long serialVersionUID = 1L;

    final Side side;
    final transient Place first;
    final transient Place second;

    /** What is left of a record. */
    enum Content {
        WHOLE,

        /** The record was compared and forgotten before the other one came. */
        KEY_ONLY
    }

    /** One of the two records. */
    static final class Place {

        final byte[] page;
        final int offset;
        final long position;
        final Content content;

        Place(byte[] page, int offset, long position, Content content) {
            this.page = page;
            this.offset = offset;
            this.position = position;
            this.content = content;
        }

        static Place of(byte[] page, int offset) {
            return new Place(page, offset, StoredRecord.position(page, offset), Content.WHOLE);
        }
    }

    DuplicateKey(Side side, byte[] firstPage, int firstOffset, byte[] secondPage, int secondOffset) {
        this(side, Place.of(firstPage, firstOffset), Place.of(secondPage, secondOffset));
    }

    /** The one with the lower position is named first, whichever came first to the comparison. */
    DuplicateKey(Side side, Place one, Place other) {
        super(null, null, false, false);
        this.side = side;
        boolean isInOrder = one.position <= other.position;
        this.first = isInOrder ? one : other;
        this.second = isInOrder ? other : one;
    }
}
