package dev.datasync.files;

import java.io.IOException;
import java.util.BitSet;
import org.apache.poi.hssf.record.BOFRecord;
import org.apache.poi.hssf.record.BlankRecord;
import org.apache.poi.hssf.record.BoolErrRecord;
import org.apache.poi.hssf.record.CellValueRecordInterface;
import org.apache.poi.hssf.record.EOFRecord;
import org.apache.poi.hssf.record.FormulaRecord;
import org.apache.poi.hssf.record.LabelRecord;
import org.apache.poi.hssf.record.LabelSSTRecord;
import org.apache.poi.hssf.record.NumberRecord;
import org.apache.poi.hssf.record.Record;
import org.apache.poi.hssf.record.RowRecord;
import org.apache.poi.hssf.record.StringRecord;
import org.apache.poi.ss.usermodel.FormulaError;
import org.jspecify.annotations.Nullable;

/** The rows of a sheet of an .xls workbook, whose first record has just been read. */
final class XlsRows implements SheetRows {

    private static final int ROWS = 1 << 16;
    private static final int COLUMNS = 1 << 8;

    /** A text in a notation that Excel has not written since 1997. */
    private static final int RICH_TEXT = 0xd6;

    private final XlsBook book;
    private final BitSet hidden = new BitSet();

    /** The first cell of the next row, which has been read. */
    private @Nullable CellValueRecordInterface ahead;

    private int depth = 1;
    private boolean ended;

    XlsRows(XlsBook book) {
        this.book = book;
    }

    @Override
    public boolean next(SheetRow row) throws IOException {
        CellValueRecordInterface cell = ahead == null ? nextCell() : ahead;
        ahead = null;
        if (cell == null) {
            return false;
        }
        int number = cell.getRow() & 0xffff;
        if (number < row.number() || number >= ROWS) {
            throw ExcelFault.corrupt("its rows are out of order after row " + row.number());
        }
        row.begin(number + 1, hidden.get(number));
        int last = -1;
        while (cell != null && (cell.getRow() & 0xffff) == number) {
            int column = cell.getColumn() & 0xffff;
            if (column <= last || column >= COLUMNS) {
                throw ExcelFault.corrupt("its cells are out of order in row " + row.number());
            }
            last = column;
            int format = cell.getXFIndex() & 0xffff;
            if (!book.formats().has(format)) {
                throw ExcelFault.corrupt("a cell refers to a format that is not there")
                        .at("cell " + CellRange.cell(number + 1, column + 1));
            }
            Object value = value(cell);
            if (value != null) {
                row.add(column + 1, format, value);
            }
            cell = nextCell();
        }
        ahead = cell;
        return true;
    }

    /** Returns the next cell, or null at the end of the sheet. */
    private @Nullable CellValueRecordInterface nextCell() throws IOException {
        while (!ended) {
            Record record = book.next();
            if (record instanceof BOFRecord) {
                // a chart within the sheet
                depth++;
            } else if (record instanceof EOFRecord) {
                depth--;
                ended = depth == 0;
            } else if (depth == 1) {
                if (record instanceof RowRecord of) {
                    hidden.set(of.getRowNumber() & 0xffff, of.getZeroHeight());
                } else if (record instanceof CellValueRecordInterface cell) {
                    return cell;
                } else if (record.getSid() == RICH_TEXT) {
                    throw WorkbookKind.old();
                }
            }
        }
        return null;
    }

    private @Nullable Object value(CellValueRecordInterface cell) throws IOException {
        if (cell instanceof LabelSSTRecord label) {
            return book.sharedString(label.getSSTIndex());
        } else if (cell instanceof NumberRecord number) {
            return number(number.getValue());
        } else if (cell instanceof FormulaRecord formula) {
            return result(formula);
        } else if (cell instanceof BoolErrRecord constant) {
            return constant.isBoolean() ? (Object) constant.getBooleanValue() : error(constant.getErrorValue());
        } else if (cell instanceof LabelRecord label) {
            return label.getValue();
        } else if (cell instanceof BlankRecord) {
            return null;
        }
        throw ExcelFault.corrupt("a cell is of a kind that is not known");
    }

    private static Object number(double value) throws ExcelFault {
        Object number = ExcelNumbers.of(value);
        if (number == null) {
            throw ExcelFault.corrupt("a cell does not hold what it says it holds");
        }
        return number;
    }

    private Object result(FormulaRecord formula) throws IOException {
        try {
            return switch (formula.getCachedResultTypeEnum()) {
                case NUMERIC -> number(formula.getValue());
                case BOOLEAN -> formula.getCachedBooleanValue();
                case ERROR -> error((byte) formula.getCachedErrorValue());
                default -> formula.hasCachedResultString() ? text() : "";
            };
        } catch (RuntimeException e) {
            throw ExcelFault.corrupt("the result of a formula cannot be read");
        }
    }

    /** Returns the text that a formula has resulted in, which follows it, sometimes after what it shares with others. */
    private String text() throws IOException {
        while (true) {
            Record record = book.next();
            if (record instanceof StringRecord text) {
                return text.getString();
            }
            if (record instanceof EOFRecord
                    || record instanceof BOFRecord
                    || record instanceof CellValueRecordInterface) {
                throw ExcelFault.corrupt("the result of a formula is missing");
            }
        }
    }

    private static SheetRow.Unusable error(byte code) {
        try {
            return SheetRow.Unusable.error(FormulaError.forInt(code).getString());
        } catch (IllegalArgumentException e) {
            return SheetRow.Unusable.error("");
        }
    }

    @Override
    public void finish() {
        // there are no checksums
    }

    @Override
    public void close() {
        // the workbook has what is open
    }
}
