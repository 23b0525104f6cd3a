package dev.datasync.files;

import java.io.IOException;

/** Something in a file that is no workbook as it should be. An {@link IOException}, so that it passes through streams. */
final class ExcelFault extends IOException {

    private static final long serialVersionUID = 1L;

    private final String code;
    private final String place;

    /** A fault of the file as a whole. */
    ExcelFault(String code, String message) {
        this(code, "", message);
    }

    /** A fault at a place within the file, for example {@code sheet 'Prices' cell D17}. */
    ExcelFault(String code, String place, String message) {
        super(message);
        this.code = code;
        this.place = place;
    }

    static ExcelFault corrupt(String message) {
        return new ExcelFault(
                "E-XLS-CORRUPT", message + ": the workbook is damaged, open it in Excel and save it again");
    }

    String code() {
        return code;
    }

    /** Returns this fault at a place, unless it has one already. */
    ExcelFault at(String where) {
        return place.isEmpty() ? new ExcelFault(code, where, getMessage()) : this;
    }

    /** Returns this fault in a sheet. */
    ExcelFault in(String sheet) {
        return new ExcelFault(code, place.isEmpty() ? sheet : sheet + " " + place, getMessage());
    }

    /** Returns what is wrong at which place of a file. */
    String describe(Object file) {
        return file + (place.isEmpty() ? "" : ", " + place) + ": " + getMessage();
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
