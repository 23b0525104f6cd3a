package dev.datasync.files;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.poi.ss.usermodel.BuiltinFormats;
import org.apache.poi.ss.usermodel.DateUtil;
import org.jspecify.annotations.Nullable;

/** The formats of a workbook's cells, by number: whether the number in a cell is a date, and how it is shown. */
final class CellFormats {

    /** How a number is shown. */
    enum Kind {
        NUMBER,
        DATE,
        TIME,
        /** A date with a time. */
        TIMESTAMP
    }

    private static final String GENERAL = "General";

    /** The most formats that Excel allows. */
    private static final int MOST = 1 << 17;

    private static final int LONGEST_CODE = 1_000;

    private final ExcelDates dates;
    private final Map<Integer, String> codes;
    private final List<Format> formats;

    private record Format(int id, Kind kind) {}

    private CellFormats(ExcelDates dates, Map<Integer, String> codes, List<Format> formats) {
        this.dates = dates;
        this.codes = codes;
        this.formats = formats;
    }

    /** Collects the formats in the order of their numbers. */
    static final class Collector {

        private final Map<Integer, String> codes = new HashMap<>();
        private final List<Integer> ids = new ArrayList<>();

        /** Takes a way to show numbers. */
        void code(int id, String code) throws ExcelFault {
            if (codes.size() > MOST || code.length() > LONGEST_CODE) {
                throw ExcelFault.corrupt("a number format is longer than Excel allows, or there are too many");
            }
            codes.put(id, code);
        }

        /** Takes the next format of cells, which shows numbers in the way of that id. */
        void format(int codeId) throws ExcelFault {
            if (ids.size() > MOST) {
                throw ExcelFault.corrupt("there are more cell formats than Excel allows");
            }
            ids.add(codeId);
        }

        CellFormats formats(ExcelDates dates) {
            Map<Integer, Format> byId = new HashMap<>();
            List<Format> formats = new ArrayList<>(ids.size());
            for (int id : ids) {
                formats.add(byId.computeIfAbsent(id, key -> new Format(key, kindOf(key, codes.get(key)))));
            }
            return new CellFormats(dates, codes, formats);
        }
    }

    ExcelDates dates() {
        return dates;
    }

    /** Tells whether there is a format of that number; 0 is always there. */
    boolean has(int format) {
        return format == 0 || format > 0 && format < formats.size();
    }

    /** Returns how many formats there are. */
    int size() {
        return formats.size();
    }

    Kind kind(int format) {
        return format < formats.size() ? formats.get(format).kind : Kind.NUMBER;
    }

    /** Returns the id of the way in which a format shows numbers. */
    int codeId(int format) {
        return format < formats.size() ? formats.get(format).id : 0;
    }

    /** Returns the way in which a format shows numbers, in Excel's notation. */
    String code(int format) {
        int id = codeId(format);
        String code = codes.get(id);
        String known = code == null ? builtIn(id) : code;
        return known == null ? GENERAL : known;
    }

    static Kind kindOf(int id, @Nullable String code) {
        String known = code == null ? builtIn(id) : code;
        if (known == null) {
            return kindOfLocalized(id);
        }
        return DateUtil.isADateFormat(id, known) ? kindOfDate(known) : Kind.NUMBER;
    }

    private static @Nullable String builtIn(int id) {
        String code = BuiltinFormats.getBuiltinFormat(id);
        // the library's word for those that mean something else in each edition of Excel
        return code == null || code.startsWith("reserved") ? null : code;
    }

    /** The formats of East Asian and Thai editions, which files name by their number only. */
    private static Kind kindOfLocalized(int id) {
        if (id >= 27 && id <= 31 || id == 36 || id >= 50 && id <= 54 || id == 57 || id == 58) {
            return Kind.DATE;
        }
        if (id == 32 || id == 33) {
            return Kind.TIME;
        }
        // dates in one edition, times in another
        return id == 34 || id == 35 || id == 55 || id == 56 ? Kind.TIMESTAMP : Kind.NUMBER;
    }

    private static Kind kindOfDate(String code) {
        String letters = letters(code);
        boolean hasTime = letters.indexOf('h') >= 0 || letters.indexOf('s') >= 0 || letters.contains("[m");
        boolean hasDay = letters.indexOf('y') >= 0
                || letters.indexOf('d') >= 0
                || letters.indexOf('e') >= 0
                || letters.contains("mmm")
                || !hasTime;
        if (!hasTime) {
            return Kind.DATE;
        }
        return hasDay ? Kind.TIMESTAMP : Kind.TIME;
    }

    /** Returns the first part of a code, for positive numbers, without text and colours. */
    private static String letters(String code) {
        StringBuilder letters = new StringBuilder();
        String lower = code.toLowerCase(Locale.ROOT);
        for (int i = 0; i < lower.length() && lower.charAt(i) != ';'; i++) {
            char character = lower.charAt(i);
            int end = i;
            if (character == '"') {
                end = lower.indexOf('"', i + 1);
            } else if (character == '[' && !isElapsed(lower, i + 1)) {
                end = lower.indexOf(']', i + 1);
            } else if (character == '\\' || character == '_' || character == '*') {
                end = i + 1;
            } else {
                letters.append(character);
            }
            if (end < 0) {
                break;
            }
            i = end;
        }
        return letters.toString();
    }

    private static boolean isElapsed(String code, int index) {
        if (index + 1 >= code.length() || "hms".indexOf(code.charAt(index)) < 0) {
            return false;
        }
        char next = code.charAt(index + 1);
        return next == ']' || next == code.charAt(index);
    }
}
