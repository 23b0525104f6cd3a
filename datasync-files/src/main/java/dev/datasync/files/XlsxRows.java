package dev.datasync.files;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/** The rows of a sheet of an .xlsx workbook, as its XML is read. */
final class XlsxRows implements SheetRows {

    /** What kind of value a cell says it holds. */
    private enum CellType {
        NUMBER,
        SHARED_TEXT,
        TEXT,
        INLINE_TEXT,
        BOOLEAN,
        ERROR,
        DATE
    }

    private final XmlPart xml;
    private final XlsxBook book;
    private final boolean keepsSpace;
    private int lastRow;
    private boolean ended;

    private int lastColumn;
    private int column;
    private int format;
    private CellType type = CellType.NUMBER;
    private boolean isFormula;
    private boolean hasValue;
    private @Nullable Object value;

    /** Goes to the first row of a sheet whose root element has just begun. */
    XlsxRows(XmlPart xml, XlsxBook book) throws IOException {
        this.xml = xml;
        this.book = book;
        this.keepsSpace = xml.keepsSpace(false);
        while (true) {
            int event = xml.next();
            if (event == XmlPart.START) {
                if (xml.name().equals("sheetData")) {
                    return;
                }
                xml.skip();
            } else if (event == XmlPart.END) {
                throw ExcelFault.corrupt("its sheet has no place for cells");
            }
        }
    }

    @Override
    public boolean next(SheetRow row) throws IOException {
        while (!ended) {
            int event = xml.next();
            if (event == XmlPart.START) {
                if (xml.name().equals("row")) {
                    readRow(row);
                    return true;
                }
                xml.skip();
            } else if (event == XmlPart.END) {
                ended = true;
            }
        }
        return false;
    }

    private void readRow(SheetRow row) throws IOException {
        String number = xml.attribute("r");
        String hidden = xml.attribute("hidden");
        int next = number == null ? lastRow + 1 : wholeNumber(number, 1, CellRange.LAST_ROW);
        if (next <= lastRow || next > CellRange.LAST_ROW) {
            throw ExcelFault.corrupt("its rows are out of order, or more than there can be, after row " + lastRow);
        }
        lastRow = next;
        lastColumn = 0;
        row.begin(next, isTrue(hidden));
        int level = xml.depth();
        int event;
        while ((event = xml.next()) != XmlPart.END || xml.depth() > level) {
            if (event == XmlPart.START) {
                if (xml.name().equals("c")) {
                    readCell(row);
                } else {
                    xml.skip();
                }
            }
        }
    }

    private static boolean isTrue(@Nullable String attribute) {
        return attribute != null && (attribute.equals("1") || attribute.equals("true"));
    }

    private void readCell(SheetRow row) throws IOException {
        readAttributes();
        isFormula = false;
        hasValue = false;
        value = null;
        try {
            int level = xml.depth();
            int event;
            while ((event = xml.next()) != XmlPart.END || xml.depth() > level) {
                if (event == XmlPart.START) {
                    readChild();
                }
            }
        } catch (ExcelFault fault) {
            throw fault.at("cell " + CellRange.cell(lastRow, column));
        }
        if (isFormula && (value == null || !hasValue)) {
            value = SheetRow.Unusable.NOT_CALCULATED;
        }
        if (value != null) {
            row.add(column, format, value);
        }
    }

    private void readAttributes() throws ExcelFault {
        XMLStreamReader attributes = xml.attributes();
        int found = lastColumn + 1;
        format = 0;
        type = CellType.NUMBER;
        int count = attributes.getAttributeCount();
        for (int i = 0; i < count; i++) {
            String name = attributes.getAttributeLocalName(i);
            if (name.length() != 1
                    || attributes.getAttributePrefix(i) != null
                            && !attributes.getAttributePrefix(i).isEmpty()) {
                continue;
            }
            String text = attributes.getAttributeValue(i);
            switch (name.charAt(0)) {
                case 'r' -> found = column(text);
                case 's' -> format = wholeNumber(text, 0, Integer.MAX_VALUE);
                case 't' -> type = type(text);
                default -> {
                    // nothing that concerns its value
                }
            }
        }
        if (found <= lastColumn || found > CellRange.LAST_COLUMN) {
            throw ExcelFault.corrupt("its cells are out of order, or more than there can be, in row " + lastRow);
        }
        column = found;
        lastColumn = found;
        if (!book.formats().has(format)) {
            throw ExcelFault.corrupt("a cell refers to a format that is not there")
                    .at("cell " + CellRange.cell(lastRow, column));
        }
    }

    private int column(String address) throws ExcelFault {
        int number = 0;
        int index = 0;
        for (; index < address.length() && index < 4; index++) {
            int letter = (address.charAt(index) & ~0x20) - 'A';
            if (letter < 0 || letter >= 26) {
                break;
            }
            number = number * 26 + letter + 1;
        }
        int row = 0;
        for (int i = index; i < address.length() && i < index + 8; i++) {
            row = row * 10 + address.charAt(i) - '0';
        }
        if (row != lastRow) {
            throw ExcelFault.corrupt("a cell of row " + lastRow + " has an address that is none of that row");
        }
        return number;
    }

    private static CellType type(String name) throws ExcelFault {
        return switch (name) {
            case "n" -> CellType.NUMBER;
            case "s" -> CellType.SHARED_TEXT;
            case "str" -> CellType.TEXT;
            case "inlineStr" -> CellType.INLINE_TEXT;
            case "b" -> CellType.BOOLEAN;
            case "e" -> CellType.ERROR;
            case "d" -> CellType.DATE;
            default -> throw ExcelFault.corrupt("a cell is of a kind that Excel does not know");
        };
    }

    private void readChild() throws IOException {
        switch (xml.name()) {
            case "v" -> {
                xml.readText();
                hasValue = true;
                if (type != CellType.INLINE_TEXT) {
                    value = value(xml.text(), xml.length());
                }
            }
            case "is" -> {
                String text = XlsxText.read(xml, keepsSpace);
                if (type == CellType.INLINE_TEXT) {
                    hasValue = true;
                    value = text;
                }
            }
            case "f" -> {
                isFormula = true;
                xml.skip();
            }
            default -> xml.skip();
        }
    }

    private @Nullable Object value(char[] text, int length) throws IOException {
        if (type == CellType.TEXT) {
            return XlsxText.decode(text, 0, length);
        }
        if (length == 0) {
            return null;
        }
        Object found = switch (type) {
            case NUMBER -> ExcelNumbers.parse(text, 0, length);
            case SHARED_TEXT -> book.sharedString(wholeNumber(new String(text, 0, length), 0, Integer.MAX_VALUE));
            case BOOLEAN -> bool(new String(text, 0, length));
            case ERROR -> SheetRow.Unusable.error(new String(text, 0, length));
            default -> date(new String(text, 0, length));
        };
        if (found == null) {
            throw ExcelFault.corrupt("a cell does not hold what it says it holds");
        }
        return found;
    }

    private static @Nullable Boolean bool(String text) {
        return switch (text) {
            case "1", "true" -> true;
            case "0", "false" -> false;
            default -> null;
        };
    }

    private static @Nullable Object date(String text) {
        try {
            int time = text.indexOf('T');
            if (time < 0) {
                return text.indexOf(':') < 0 ? LocalDate.parse(text) : LocalTime.parse(text);
            }
            if (time == 0) {
                return LocalTime.parse(text.substring(1));
            }
            return text.endsWith("Z") ? OffsetDateTime.parse(text).toLocalDateTime() : LocalDateTime.parse(text);
        } catch (DateTimeException e) {
            // its message shows the value
            return null;
        }
    }

    private static int wholeNumber(String digits, int least, int most) throws ExcelFault {
        long number = 0;
        for (int i = 0; i < digits.length(); i++) {
            char digit = digits.charAt(i);
            if (digit < '0' || digit > '9' || i > 10) {
                throw ExcelFault.corrupt("it has something else where a number should be");
            }
            number = number * 10 + digit - '0';
        }
        if (digits.isEmpty() || number < least || number > most) {
            throw ExcelFault.corrupt("it has a number out of bounds");
        }
        return (int) number;
    }

    @Override
    public void finish() throws IOException {
        xml.finish();
        book.finish();
    }

    @Override
    public void close() throws IOException {
        xml.close();
    }
}
