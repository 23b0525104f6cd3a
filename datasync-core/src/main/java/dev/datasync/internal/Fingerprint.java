package dev.datasync.internal;

/**
 * A fingerprint of a set of records that does not depend on their order: the sums of two hashes of each. Tells whether a
 * target is as it was.
 */
final class Fingerprint {

    private static final long OTHER = 0xD1B54A32D192ED03L;

    private final long seed;
    private long count;
    private long sum;
    private long otherSum;

    Fingerprint(long seed) {
        this.seed = seed;
    }

    /** Returns a fingerprint of nothing that can be compared with this one. */
    Fingerprint fresh() {
        return new Fingerprint(seed);
    }

    void add(ByteWriter entry) {
        int keyEnd = Integer.BYTES + StoredRecord.keyLength(entry.array(), 0);
        int body = keyEnd + Long.BYTES;
        // the position is left out: where a record lies is not what it says
        add(entry.array(), keyEnd, body, entry.length() - body);
    }

    private void add(byte[] bytes, int keyEnd, int body, int bodyLength) {
        long key = KeyHash.of(seed, bytes, 0, keyEnd);
        long one = KeyHash.begin(key, bodyLength);
        long other = KeyHash.begin(key ^ OTHER, bodyLength);
        int end = body + bodyLength;
        int at = body;
        // both in one loop: each waits for its multiplications, and meanwhile there is time for the other's
        for (; end - at >= Long.BYTES; at += Long.BYTES) {
            long eight = KeyHash.eight(bytes, at);
            one = KeyHash.mix(one ^ eight);
            other = KeyHash.mix(other ^ eight);
        }
        long rest = KeyHash.rest(bytes, at, end);
        sum += KeyHash.finish(KeyHash.mix(one ^ rest));
        otherSum += KeyHash.finish(KeyHash.mix(other ^ rest));
        count++;
    }

    boolean isSameAs(Fingerprint other) {
        return count == other.count && sum == other.sum && otherSum == other.otherSum;
    }
}
