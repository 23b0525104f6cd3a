package dev.datasync.run;

/**
 * How much memory a comparison may take for the records it holds; what is beyond goes to private temporary files. The
 * budget does not depend on the number of records. A single record larger than the budget is held all the same.
 *
 * @param bytes the number of bytes; at least {@link #SMALLEST}
 */
public record MemoryBudget(long bytes) {

    /** The smallest budget, 64 KiB: below it, buffers are too small to be of use. */
    public static final long SMALLEST = 64 * 1024;

    /**
     * Checks the number.
     *
     * @param bytes the number of bytes; at least {@link #SMALLEST}
     * @throws IllegalArgumentException when it is less than {@link #SMALLEST}
     */
    public MemoryBudget {
        if (bytes < SMALLEST) {
            throw new IllegalArgumentException("a memory budget must be at least " + SMALLEST + " bytes, not " + bytes);
        }
    }

    /**
     * Returns the budget of a plan that does not say: 64 MiB.
     *
     * @return the default
     */
    public static MemoryBudget standard() {
        return mebibytes(64);
    }

    /**
     * Returns a budget.
     *
     * @param mebibytes the number of mebibytes (1,048,576 bytes); at least 1
     * @return the budget
     */
    public static MemoryBudget mebibytes(long mebibytes) {
        return new MemoryBudget(Math.multiplyExact(mebibytes, 1024 * 1024));
    }
}
