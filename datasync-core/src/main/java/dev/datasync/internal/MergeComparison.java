package dev.datasync.internal;

/**
 * Finds the records of two sides that have the same key when both come in the engine's key order, holding one record of
 * each. It verifies what it relies on: every key must be greater than the one before.
 */
final class MergeComparison {

    private final Pairs pairs;

    MergeComparison(Pairs pairs) {
        this.pairs = pairs;
    }

    /** A side whose order and uniqueness are checked as it is read. */
    private static final class Checked {

        private final Side side;
        private final QueueIntake records;
        private byte[] lastPage = new byte[0];
        private int lastOffset = -1;
        private boolean there;

        Checked(Side side, QueueIntake records) {
            this.side = side;
            this.records = records;
        }

        void advance() throws InterruptedException {
            if (there) {
                lastPage = records.page();
                lastOffset = records.offset();
            }
            there = records.next();
            if (there && lastOffset >= 0) {
                int order = StoredRecord.compareKeys(lastPage, lastOffset, records.page(), records.offset());
                if (order == 0) {
                    throw new DuplicateKey(side, lastPage, lastOffset, records.page(), records.offset());
                }
                if (order > 0) {
                    throw new OrderViolation(side, lastPage, lastOffset, records.page(), records.offset());
                }
            }
        }
    }

    void compare(QueueIntake sourceRecords, QueueIntake targetRecords) throws InterruptedException {
        Checked source = new Checked(Side.SOURCE, sourceRecords);
        Checked target = new Checked(Side.TARGET, targetRecords);
        source.advance();
        target.advance();
        while (source.there || target.there) {
            int order = order(source, target);
            if (order == 0) {
                pairs.both(sourceRecords.page(), sourceRecords.offset(), targetRecords.page(), targetRecords.offset());
                source.advance();
                target.advance();
            } else if (order < 0) {
                pairs.sourceOnly(sourceRecords.page(), sourceRecords.offset());
                source.advance();
            } else {
                pairs.targetOnly(targetRecords.page(), targetRecords.offset());
                target.advance();
            }
        }
    }

    private static int order(Checked source, Checked target) {
        if (!source.there) {
            return 1;
        }
        if (!target.there) {
            return -1;
        }
        return StoredRecord.compareKeys(
                source.records.page(), source.records.offset(), target.records.page(), target.records.offset());
    }
}
