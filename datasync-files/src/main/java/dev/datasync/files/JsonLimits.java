package dev.datasync.files;

import java.math.BigDecimal;
import tools.jackson.core.StreamReadConstraints;

/** How large the parts of a JSON document may be. The document itself has no limit, because it is never held. */
final class JsonLimits {

    static final int LONGEST_RECORD = 16 << 20;
    /** The parser keeps tens of thousands of different names, and takes long for long ones. */
    static final int LONGEST_NAME = 1_024;

    static final int MOST_FIELDS = 16_384;

    /** Of a record: small values weigh more in memory than in the file. */
    static final int MOST_VALUES = 500_000;

    /** Of an object around the array, whose names are remembered to find those that are there twice. */
    static final int MOST_NAMES = 100_000;

    /** What a remembered name costs beside its characters. */
    static final int WEIGHT_OF_A_NAME = 48;

    /** Reading and writing nested values is recursive, here and in those who use the rows. */
    static final int DEEPEST = 400;

    /** Written out in full: an exponent can make a number of a few characters larger than the memory. */
    static final int MOST_DIGITS = 1_000;

    static final StreamReadConstraints PARSER = StreamReadConstraints.builder()
            .maxNestingDepth(DEEPEST)
            .maxStringLength(LONGEST_RECORD)
            .maxNameLength(LONGEST_NAME)
            .maxNumberLength(MOST_DIGITS + 32)
            .maxDocumentLength(Long.MAX_VALUE)
            .maxTokenCount(Long.MAX_VALUE)
            .build();

    private JsonLimits() {}

    /** Tells whether a number is one that people mean. */
    static boolean isReasonable(BigDecimal number) {
        long before = (long) number.precision() - number.scale();
        return Math.max(before, 0) + Math.max(number.scale(), 0) <= MOST_DIGITS;
    }
}
