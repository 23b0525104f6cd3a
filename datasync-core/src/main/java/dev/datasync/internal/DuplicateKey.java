package dev.datasync.internal;

/** Two records of one side have one key. Carries the two as bytes; the caller knows how to name them. */
final class DuplicateKey extends RuntimeException {

    private static final long serialVersionUID = 1L;

    final Side side;
    final byte[] firstPage;
    final int firstOffset;
    final byte[] secondPage;
    final int secondOffset;

    DuplicateKey(Side side, byte[] firstPage, int firstOffset, byte[] secondPage, int secondOffset) {
        super(null, null, false, false);
        this.side = side;
        this.firstPage = firstPage;
        this.firstOffset = firstOffset;
        this.secondPage = secondPage;
        this.secondOffset = secondOffset;
    }
}
