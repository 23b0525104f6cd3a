package dev.datasync.files;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What refers to the cells of a sheet of which rows are deleted: areas, and formulas anywhere in the workbook.
 *
 * <p>A formula is not parsed: everything in it that is not the reference to a cell, such as functions that are not known
 * here, stays letter by letter.
 */
final class References {

    static final String GONE = "#REF!";

    private static final Pattern CELL = Pattern.compile("(\\$?)([A-Za-z]{1,3})(\\$?)([0-9]{1,7})");
    private static final Pattern ROW = Pattern.compile("(\\$?)([0-9]{1,7})");

    private final String sheet;
    private final RowShift shift;

    /** What becomes of a reference in a formula: the second part is null unless it is an area. */
    private interface Mapping {
        String map(@Nullable String sheet, String first, @Nullable String second);
    }

    References(String sheet, RowShift shift) {
        this.sheet = sheet;
        this.shift = shift;
    }

    boolean isEmpty() {
        return shift.isEmpty();
    }

    boolean isOf(@Nullable String sheetName) {
        return sheet.equalsIgnoreCase(sheetName);
    }

    RowShift shift() {
        return shift;
    }

    /** Returns where areas go, which blanks part, or null when they are all gone. */
    @Nullable
    String areas(String areas) {
        StringBuilder moved = new StringBuilder();
        for (String area : areas.strip().split("\\s+")) {
            int colon = area.indexOf(':');
            String now = colon < 0 ? moved(area, null) : moved(area.substring(0, colon), area.substring(colon + 1));
            if (!now.equals(GONE)) {
                moved.append(moved.isEmpty() ? "" : " ").append(now);
            }
        }
        return moved.isEmpty() ? null : moved.toString();
    }

    /** Returns where a cell goes; for one that is gone, the one that takes its place. */
    String near(String cell) {
        Matcher found = CELL.matcher(cell);
        return found.matches()
                ? found.group(1) + found.group(2) + found.group(3) + shift.of(Integer.parseInt(found.group(4)))
                : cell;
    }

    /**
     * Returns a formula as it means the same after the deletion.
     *
     * @param isOurs whether it is in the sheet itself, so that references without a sheet mean this one
     */
    String formula(String formula, boolean isOurs) {
        return new Scan(formula, (named, first, second) -> {
            if (named == null ? isOurs : isOf(named)) {
                return moved(first, second);
            }
            return second == null ? first : first + ":" + second;
        }).run();
    }

    private String moved(String first, @Nullable String second) {
        Matcher begin = CELL.matcher(first);
        Matcher end = CELL.matcher(second == null ? first : second);
        if (begin.matches() && end.matches()) {
            int from = Integer.parseInt(begin.group(4));
            int to = Integer.parseInt(end.group(4));
            String columnFrom = begin.group(1) + begin.group(2) + begin.group(3);
            if (second == null) {
                return shift.isDeleted(from) ? GONE : columnFrom + shift.of(from);
            }
            String columnTo = end.group(1) + end.group(2) + end.group(3);
            return moved(columnFrom, from, columnTo, to);
        }
        Matcher rowFrom = ROW.matcher(first);
        Matcher rowTo = ROW.matcher(second == null ? first : second);
        if (second != null && rowFrom.matches() && rowTo.matches()) {
            return moved(
                    rowFrom.group(1),
                    Integer.parseInt(rowFrom.group(2)),
                    rowTo.group(1),
                    Integer.parseInt(rowTo.group(2)));
        }
        return second == null ? first : first + ":" + second;
    }

    private String moved(String beforeFrom, int from, String beforeTo, int to) {
        if (from > to) {
            return shift.isDeleted(from) || shift.isDeleted(to)
                    ? GONE
                    : beforeFrom + shift.of(from) + ":" + beforeTo + shift.of(to);
        }
        int newFrom = shift.of(from);
        int newTo = shift.endOf(to);
        return newFrom > newTo ? GONE : beforeFrom + newFrom + ":" + beforeTo + newTo;
    }

    /** Returns the formula that one cell has when another one has the shared formula. */
    static String shared(String formula, int rows, int columns) {
        return new Scan(formula, (named, first, second) -> {
            String begin = relative(first, rows, columns);
            return second == null ? begin : begin + ":" + relative(second, rows, columns);
        }).run();
    }

    private static String relative(String reference, int rows, int columns) {
        Matcher cell = CELL.matcher(reference);
        if (cell.matches()) {
            int column = CellRange.column(cell.group(2).toUpperCase(java.util.Locale.ROOT));
            int row = Integer.parseInt(cell.group(4));
            int newColumn = cell.group(1).isEmpty() ? wrapped(column + columns, CellRange.LAST_COLUMN) : column;
            int newRow = cell.group(3).isEmpty() ? wrapped(row + rows, CellRange.LAST_ROW) : row;
            return cell.group(1) + CellRange.letters(newColumn) + cell.group(3) + newRow;
        }
        Matcher row = ROW.matcher(reference);
        if (row.matches() && row.group(1).isEmpty()) {
            return String.valueOf(wrapped(Integer.parseInt(reference) + rows, CellRange.LAST_ROW));
        }
        return reference;
    }

    private static int wrapped(int number, int most) {
        return Math.floorMod(number - 1, most) + 1;
    }

    // ---------------------------------------------------------------- finding references

    /** One formula, from its begin to its end. */
    private static final class Scan {

        private final String formula;
        private final Mapping mapping;
        private final StringBuilder out;
        private int at;

        /** The sheet that stands before the next reference: none, or one that may be another file's. */
        private @Nullable String sheet;

        Scan(String formula, Mapping mapping) {
            this.formula = formula;
            this.mapping = mapping;
            this.out = new StringBuilder(formula.length() + 8);
        }

        String run() {
            while (at < formula.length()) {
                char next = formula.charAt(at);
                if (next == '"') {
                    copyTo(quoteEnd('"'));
                } else if (next == '\'') {
                    quotedSheet();
                } else if (next == '[') {
                    bracket();
                } else if (isPartOfName(next)) {
                    name();
                } else {
                    out.append(next);
                    at++;
                    sheet = null;
                }
            }
            return out.toString();
        }

        private void copyTo(int end) {
            out.append(formula, at, end);
            at = end;
        }

        private int quoteEnd(char quote) {
            int end = formula.indexOf(quote, at + 1);
            while (end >= 0 && end + 1 < formula.length() && formula.charAt(end + 1) == quote) {
                end = formula.indexOf(quote, end + 2);
            }
            return end < 0 ? formula.length() : end + 1;
        }

        private void quotedSheet() {
            int end = quoteEnd('\'');
            if (end < formula.length() && formula.charAt(end) == '!') {
                sheet = formula.substring(at + 1, end - 1).replace("''", "'");
                end++;
            }
            copyTo(end);
        }

        /** Skips columns of a table, and the number of another workbook with the sheet that follows. */
        private void bracket() {
            int depth = 0;
            int end = at;
            do {
                char next = formula.charAt(end);
                if (next == '\'') {
                    // escapes the next character
                    end++;
                } else if (next == '[') {
                    depth++;
                } else if (next == ']') {
                    depth--;
                }
                end++;
            } while (depth > 0 && end < formula.length());
            int after = Math.min(end, formula.length());
            int nameEnd = nameEnd(after);
            if (nameEnd < formula.length() && formula.charAt(nameEnd) == '!') {
                sheet = "[]";
                after = nameEnd + 1;
            }
            copyTo(after);
        }

        private static boolean isPartOfName(char next) {
            return Character.isLetterOrDigit(next) || "_.$\\?".indexOf(next) >= 0;
        }

        private int nameEnd(int from) {
            int end = from;
            while (end < formula.length() && isPartOfName(formula.charAt(end))) {
                end++;
            }
            return end;
        }

        private void name() {
            int end = nameEnd(at);
            char next = end < formula.length() ? formula.charAt(end) : ' ';
            if (next == '!') {
                boolean isSeveral = at > 0 && formula.charAt(at - 1) == ':';
                sheet = isSeveral ? "[]" : formula.substring(at, end);
                copyTo(end + 1);
                return;
            }
            String first = formula.substring(at, end);
            boolean isCell = isCell(first);
            if (next == '(' || next == '[' || !isCell && !(next == ':' && ROW.matcher(first).matches())) {
                copyTo(end);
                sheet = null;
                return;
            }
            String second = null;
            if (next == ':') {
                int secondEnd = nameEnd(end + 1);
                String candidate = formula.substring(end + 1, secondEnd);
                char after = secondEnd < formula.length() ? formula.charAt(secondEnd) : ' ';
                boolean fits =
                        isCell ? isCell(candidate) : ROW.matcher(candidate).matches();
                if (fits && after != '(' && after != '!' && after != '[') {
                    second = candidate;
                    end = secondEnd;
                }
            }
            if (!isCell && second == null) {
                copyTo(end);
            } else {
                out.append(mapping.map(sheet, first, second));
                at = end;
            }
            sheet = null;
        }

        private static boolean isCell(String name) {
            Matcher cell = CELL.matcher(name);
            if (!cell.matches()) {
                return false;
            }
            int row = Integer.parseInt(cell.group(4));
            return row >= 1
                    && row <= CellRange.LAST_ROW
                    && CellRange.column(cell.group(2).toUpperCase(java.util.Locale.ROOT)) <= CellRange.LAST_COLUMN;
        }
    }
}
