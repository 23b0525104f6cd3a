package dev.datasync.files;

/**
 * Where rows go when others are deleted: those below move up, as far as the table reaches.
 *
 * <p>What is below the last row of a range stays where it is, or rows that are not of the table would come into it.
 */
final class RowShift {

    static final RowShift NONE = new RowShift(new int[0], 0, CellRange.LAST_ROW);

    private final int[] deleted;
    private final int count;
    private final int last;

    /**
     * @param deleted the rows that are deleted, in ascending order
     * @param count how many there are
     * @param last the last row that can move
     */
    RowShift(int[] deleted, int count, int last) {
        this.deleted = deleted;
        this.count = count;
        this.last = last;
    }

    boolean isEmpty() {
        return count == 0;
    }

    boolean isDeleted(int row) {
        int before = before(row);
        return before < count && deleted[before] == row;
    }

    /** Returns where a row that stays goes; for one that is deleted, where the next one goes that stays. */
    int of(int row) {
        return row > last ? row : row - before(row);
    }

    /** Returns where the last row goes that stays and is not below a given one. */
    int endOf(int row) {
        return isDeleted(row) ? row - before(row) - 1 : of(row);
    }

    /** Returns how many rows above a given one are deleted. */
    private int before(int row) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (deleted[middle] < row) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
