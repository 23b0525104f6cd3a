package dev.datasync.internal;

/** Takes what a comparison finds, one call per key. Each record is a page of bytes and the offset where it begins. */
interface Pairs {

    void both(byte[] sourcePage, int sourceOffset, byte[] targetPage, int targetOffset);

    void sourceOnly(byte[] page, int offset);

    void targetOnly(byte[] page, int offset);
}
