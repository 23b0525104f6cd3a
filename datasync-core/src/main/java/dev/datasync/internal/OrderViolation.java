package dev.datasync.internal;

/** A side that promised an order broke it. Carries the two records as bytes; the caller knows how to name them. */
final class OrderViolation extends RuntimeException {

    private static final long serialVersionUID = 1L;

    final Side side;
    final byte[] firstPage;
    final int firstOffset;
    final byte[] secondPage;
    final int secondOffset;

    OrderViolation(Side side, byte[] firstPage, int firstOffset, byte[] secondPage, int secondOffset) {
        super(null, null, false, false);
        this.side = side;
        this.firstPage = firstPage;
        this.firstOffset = firstOffset;
        this.secondPage = secondPage;
        this.secondOffset = secondOffset;
    }
}
