package dev.datasync.http;

/** A page and the place of a record in it as one number, in ascending order. */
final class Position {

    private static final int BITS = 32;

    private Position() {}

    static long of(int page, int index) {
        return (long) page << BITS | index;
    }

    static long page(long position) {
        return position >>> BITS;
    }

    static long index(long position) {
        return position & 0xffff_ffffL;
    }
}
