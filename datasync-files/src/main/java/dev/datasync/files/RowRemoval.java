package dev.datasync.files;

import dev.datasync.sink.NotCommittedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.namespace.QName;
import org.apache.poi.ss.formula.FormulaParser;
import org.apache.poi.ss.formula.FormulaRenderer;
import org.apache.poi.ss.formula.FormulaType;
import org.apache.poi.ss.formula.ptg.AreaErrPtg;
import org.apache.poi.ss.formula.ptg.AreaPtgBase;
import org.apache.poi.ss.formula.ptg.Deleted3DPxg;
import org.apache.poi.ss.formula.ptg.Ptg;
import org.apache.poi.ss.formula.ptg.Pxg3D;
import org.apache.poi.ss.formula.ptg.RefErrorPtg;
import org.apache.poi.ss.formula.ptg.RefPtgBase;
import org.apache.poi.ss.usermodel.Cell;
import org.apache.poi.ss.usermodel.CellType;
import org.apache.poi.ss.usermodel.Name;
import org.apache.poi.ss.usermodel.Row;
import org.apache.poi.ss.usermodel.Sheet;
import org.apache.poi.ss.util.CellAddress;
import org.apache.poi.ss.util.CellRangeAddress;
import org.apache.poi.xssf.usermodel.XSSFCell;
import org.apache.poi.xssf.usermodel.XSSFChart;
import org.apache.poi.xssf.usermodel.XSSFComment;
import org.apache.poi.xssf.usermodel.XSSFDrawing;
import org.apache.poi.xssf.usermodel.XSSFEvaluationWorkbook;
import org.apache.poi.xssf.usermodel.XSSFHyperlink;
import org.apache.poi.xssf.usermodel.XSSFRow;
import org.apache.poi.xssf.usermodel.XSSFSheet;
import org.apache.poi.xssf.usermodel.XSSFTable;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.apache.xmlbeans.XmlCursor;
import org.jspecify.annotations.Nullable;
import org.openxmlformats.schemas.spreadsheetml.x2006.main.CTCellFormula;
import org.openxmlformats.schemas.spreadsheetml.x2006.main.CTCfRule;
import org.openxmlformats.schemas.spreadsheetml.x2006.main.CTConditionalFormatting;
import org.openxmlformats.schemas.spreadsheetml.x2006.main.CTDataValidation;
import org.openxmlformats.schemas.spreadsheetml.x2006.main.CTDataValidations;
import org.openxmlformats.schemas.spreadsheetml.x2006.main.CTTable;
import org.openxmlformats.schemas.spreadsheetml.x2006.main.CTWorksheet;

/**
 * Takes rows out of a sheet as Excel does it: those below move up, and what refers to them follows. All rows go at once,
 * because POI's own way looks at every cell of the workbook for each of them. Afterwards the sheet can only be written,
 * since POI finds its rows by the numbers that they had.
 *
 * <p>What follows: formulas and names of the whole workbook, merged cells, links, comments, conditional formats and data
 * validations of all sheets, tables, filters, and what charts show. What does not: the places of pictures and charts, breaks
 * between pages, and answers to comments. A formula that names cells below, and that POI does not understand or would
 * write in another way (tables, other workbooks), ends the work.
 */
final class RowRemoval {

    private static final int LAST = CellRange.LAST_ROW - 1;

    private static final int NO_RULE = -1;

    private static final String EXTENSIONS = "http://schemas.microsoft.com/office/excel/2006/main";
    private static final QName FORMULA = new QName(EXTENSIONS, "f");
    private static final QName AREAS = new QName(EXTENSIONS, "sqref");

    private static final Pattern TEXTS = Pattern.compile("\"[^\"]*\"");
    private static final Pattern BRACKETS = Pattern.compile("\\[(?:[^\\[\\]]|\\[[^\\[\\]]*\\])*\\]");

    /** Something like B7, $B$7 or 7:9, with the row's number in a group. */
    private static final Pattern CELLS =
            Pattern.compile("(?<![\\w.])(?:\\$?[A-Za-z]{1,3}\\$?|(?<=[0-9]:)\\$?)([0-9]{1,7})(?![\\w.(])");

    private final XSSFWorkbook book;
    private final XSSFSheet sheet;
    private final int[] removed;
    private final int end;
    private final XSSFEvaluationWorkbook formulas;

    /**
     * @param removed the rows to remove, from 0 and in order
     * @param end the last row that moves up, from 0
     */
    RowRemoval(XSSFSheet sheet, int[] removed, int end) {
        this.book = sheet.getWorkbook();
        this.sheet = sheet;
        this.removed = removed;
        this.end = end;
        this.formulas = XSSFEvaluationWorkbook.create(book);
    }

    /**
     * Takes the rows out.
     *
     * @throws NotCommittedException when a formula names cells that move, and cannot be changed
     */
    void run() throws NotCommittedException {
        moveFormulas();
        moveNames();
        moveCharts();
        List<XSSFRow> moving = new ArrayList<>();
        for (Row row : sheet) {
            if (moved(row.getRowNum()) >= 0 && moved(row.getRowNum()) != row.getRowNum()) {
                moving.add((XSSFRow) row);
            }
        }
        List<XSSFHyperlink> links = List.copyOf(sheet.getHyperlinkList());
        for (int i = removed.length - 1; i >= 0; i--) {
            XSSFRow row = sheet.getRow(removed[i]);
            if (row != null) {
                sheet.removeRow(row);
            }
        }
        moveLinks(links);
        moveComments();
        for (XSSFRow row : moving) {
            move(row);
        }
        List<CellRangeAddress> merged = takeMergedCells();
        mergeCells(merged);
        moveRules();
        moveTables();
    }

    /** Returns where a row goes, or -1 when it is removed. */
    private int moved(int row) {
        if (row > end) {
            return row;
        }
        int found = Arrays.binarySearch(removed, row);
        return found >= 0 ? -1 : row - (-found - 1);
    }

    private int firstKept(int row) {
        int kept = row;
        while (moved(kept) < 0) {
            kept++;
        }
        return kept;
    }

    private int lastKept(int row) {
        int kept = row;
        while (kept >= 0 && moved(kept) < 0) {
            kept--;
        }
        return kept;
    }

    /** Returns where an area's rows go, first and last, or null when all of them are removed. */
    private int @Nullable [] moved(int first, int last) {
        int from = firstKept(first);
        int to = last == LAST ? LAST : lastKept(last);
        if (from > to) {
            return null;
        }
        return new int[] {first == 0 && last == LAST ? 0 : moved(from), to == LAST ? LAST : moved(to)};
    }

    private @Nullable CellRangeAddress moved(CellRangeAddress area) {
        int[] rows = moved(area.getFirstRow(), area.getLastRow());
        return rows == null
                ? null
                : new CellRangeAddress(rows[0], rows[1], area.getFirstColumn(), area.getLastColumn());
    }

    private void move(XSSFRow row) {
        int to = moved(row.getRowNum());
        row.setRowNum(to);
        for (Cell cell : row) {
            ((XSSFCell) cell).getCTCell().setR(CellRange.cell(to + 1, cell.getColumnIndex() + 1));
        }
    }

    // ---------------------------------------------------------------- formulas

    private record Changed(XSSFCell cell, String formula) {}

    private void moveFormulas() throws NotCommittedException {
        List<Changed> all = new ArrayList<>();
        for (Sheet each : book) {
            int index = book.getSheetIndex(each);
            for (Row row : each) {
                for (Cell cell : row) {
                    // of a formula for several cells, only the first one has it
                    if (cell.getCellType() == CellType.FORMULA
                            && ((XSSFCell) cell).getCTCell().isSetF()) {
                        all.add(changed((XSSFCell) cell, index));
                    }
                }
            }
        }
        for (Changed changed : all) {
            CTCellFormula formula = changed.cell.getCTCell().getF();
            boolean isShared = formula.isSetSi();
            if (isShared) {
                // the cells that share it do not stay beside each other
                formula.unsetSi();
                formula.unsetT();
                if (formula.isSetRef()) {
                    formula.unsetRef();
                }
            }
            if (isShared || !changed.formula.equals(formula.getStringValue())) {
                formula.setStringValue(changed.formula);
            }
        }
    }

    private Changed changed(XSSFCell cell, int sheetIndex) throws NotCommittedException {
        String formula = cell.getCellFormula();
        String moved = moved(formula, FormulaType.CELL, sheetIndex, cell.getRowIndex(), NO_RULE);
        if (moved == null) {
            throw cannotFollow(
                    "the formula in sheet '" + Shown.name(cell.getSheet().getSheetName()) + "' cell "
                            + CellRange.cell(cell.getRowIndex() + 1, cell.getColumnIndex() + 1));
        }
        return new Changed(cell, moved);
    }

    private String moved(String formula, String whose) throws NotCommittedException {
        String moved = moved(formula, FormulaType.NAMEDRANGE, -1, -1, NO_RULE);
        if (moved == null) {
            throw cannotFollow(whose);
        }
        return moved;
    }

    private NotCommittedException cannotFollow(String whose) {
        return new NotCommittedException("no record can be removed from sheet '" + Shown.name(sheet.getSheetName())
                + "', because " + whose
                + " names cells that would move up, in a way that only Excel understands: remove"
                + " the rows there, or let the run delete none; nothing was written");
    }

    private void moveNames() throws NotCommittedException {
        for (Name name : List.copyOf(book.getAllNames())) {
            String formula = name.isFunctionName() || name.isDeleted() ? null : name.getRefersToFormula();
            if (formula != null) {
                String changed = moved(formula, "the name '" + Shown.name(name.getNameName()) + "'");
                if (!changed.equals(formula)) {
                    name.setRefersToFormula(changed);
                }
            }
        }
    }

    private void moveCharts() throws NotCommittedException {
        for (Sheet each : book) {
            XSSFDrawing drawing = ((XSSFSheet) each).getDrawingPatriarch();
            for (XSSFChart chart : drawing == null ? List.<XSSFChart>of() : drawing.getCharts()) {
                try (XmlCursor cursor = chart.getCTChart().newCursor()) {
                    moveCharts(cursor);
                }
            }
        }
    }

    /** Moves the formulas by which a chart names its cells, in whatever kind of chart. */
    private void moveCharts(XmlCursor cursor) throws NotCommittedException {
        XmlCursor.TokenType token;
        int depth = 0;
        do {
            token = cursor.toNextToken();
            if (token.isStart()) {
                depth++;
                if (cursor.getName().getLocalPart().equals("f")) {
                    String formula = cursor.getTextValue();
                    String changed = moved(formula, "a chart");
                    if (!changed.equals(formula)) {
                        cursor.setTextValue(changed);
                    }
                }
            } else if (token.isEnd()) {
                depth--;
            }
        } while (depth >= 0 && !token.isEnddoc() && !token.isNone());
    }

    /**
     * Returns a formula that names the same cells as before, or null when that is not known.
     *
     * @param shift for a rule, how many rows lower its first cell is from now on; else {@link #NO_RULE}
     */
    private @Nullable String moved(String formula, FormulaType type, int sheetIndex, int row, int shift) {
        if (formula.indexOf('[') >= 0) {
            // tables and other workbooks, which POI would write in another way
            return mayConcern(formula, sheetIndex) ? null : formula;
        }
        try {
            Ptg[] parts = FormulaParser.parse(formula, formulas, type, sheetIndex, row);
            boolean isChanged = false;
            for (int i = 0; i < parts.length; i++) {
                isChanged |= shift > 0 && shifted(parts[i], shift);
                Ptg part = concerns(parts[i], sheetIndex) ? moved(parts[i], shift) : null;
                if (part != null) {
                    parts[i] = part;
                    isChanged = true;
                }
            }
            return isChanged ? FormulaRenderer.toFormulaString(formulas, parts) : formula;
        } catch (RuntimeException e) {
            // nothing that POI understands
            return mayConcern(formula, sheetIndex) ? null : formula;
        }
    }

    /** Tells whether the text of a formula looks as if it named a cell that moves. */
    private boolean mayConcern(String formula, int sheetIndex) {
        String code = TEXTS.matcher(formula).replaceAll("\"\"");
        String lower = code.toLowerCase(Locale.ROOT);
        String own = sheet.getSheetName().toLowerCase(Locale.ROOT);
        boolean isNamed = lower.contains(own + "!") || lower.contains(own.replace("'", "''") + "'!");
        if (!isNamed && sheetIndex != book.getSheetIndex(sheet)) {
            return false;
        }
        Matcher cells = CELLS.matcher(BRACKETS.matcher(code).replaceAll("_"));
        while (cells.find()) {
            if (Integer.parseInt(cells.group(1)) > removed[0]) {
                return true;
            }
        }
        return false;
    }

    /** Moves what a part of a rule names relative to its first cell along with that cell. */
    private static boolean shifted(Ptg part, int shift) {
        if (part instanceof RefPtgBase cell && cell.isRowRelative() && cell.getRow() + shift <= LAST) {
            cell.setRow(cell.getRow() + shift);
            return true;
        }
        if (part instanceof AreaPtgBase area && area.getLastRow() + shift <= LAST) {
            boolean isChanged = area.isFirstRowRelative() || area.isLastRowRelative();
            if (area.isFirstRowRelative()) {
                area.setFirstRow(area.getFirstRow() + shift);
            }
            if (area.isLastRowRelative()) {
                area.setLastRow(area.getLastRow() + shift);
            }
            return isChanged;
        }
        return false;
    }

    private boolean concerns(Ptg part, int sheetIndex) {
        if (part instanceof Pxg3D named) {
            return named.getExternalWorkbookNumber() < 1
                    && named.getLastSheetName() == null
                    && sheet.getSheetName().equalsIgnoreCase(named.getSheetName());
        }
        return sheetIndex == book.getSheetIndex(sheet);
    }

    /** Returns what a part of a formula becomes, or null when it stays. */
    private @Nullable Ptg moved(Ptg part, int shift) {
        if (part instanceof RefPtgBase cell) {
            int to = moved(cell.getRow());
            if (to == cell.getRow()) {
                return null;
            }
            if (to < 0 && shift != NO_RULE && cell.isRowRelative()) {
                // a rule is one formula for many cells, most of which still have a neighbour there
                cell.setRow(cell.getRow() - shift);
                return part;
            }
            if (to < 0) {
                return part instanceof Pxg3D ? new Deleted3DPxg(sheet.getSheetName()) : new RefErrorPtg();
            }
            cell.setRow(to);
            return part;
        }
        if (part instanceof AreaPtgBase area) {
            int[] rows = moved(area.getFirstRow(), area.getLastRow());
            if (rows == null) {
                return part instanceof Pxg3D ? new Deleted3DPxg(sheet.getSheetName()) : new AreaErrPtg();
            }
            if (rows[0] == area.getFirstRow() && rows[1] == area.getLastRow()) {
                return null;
            }
            area.setFirstRow(rows[0]);
            area.setLastRow(rows[1]);
            return part;
        }
        return null;
    }

    // ---------------------------------------------------------------- what belongs to cells

    private void moveLinks(List<XSSFHyperlink> links) {
        for (XSSFHyperlink link : links) {
            CellRangeAddress area = CellRangeAddress.valueOf(link.getCellRef());
            CellRangeAddress to = moved(area);
            if (to == null) {
                sheet.removeHyperlink(area.getFirstRow(), area.getFirstColumn());
            } else {
                link.setCellReference(to.formatAsString());
            }
        }
    }

    private void moveComments() {
        TreeMap<CellAddress, XSSFComment> inOrder = new TreeMap<>(sheet.getCellComments());
        for (XSSFComment comment : inOrder.values()) {
            int to = moved(comment.getRow());
            if (to >= 0 && to != comment.getRow()) {
                comment.setAddress(to, comment.getColumn());
            }
        }
    }

    private List<CellRangeAddress> takeMergedCells() {
        List<CellRangeAddress> regions = List.copyOf(sheet.getMergedRegions());
        for (int i = regions.size() - 1; i >= 0; i--) {
            sheet.removeMergedRegion(i);
        }
        return regions;
    }

    private void mergeCells(List<CellRangeAddress> regions) {
        for (CellRangeAddress region : regions) {
            CellRangeAddress to = moved(region);
            if (to != null && to.getNumberOfCells() > 1) {
                sheet.addMergedRegionUnsafe(to);
            }
        }
    }

    private void moveRules() throws NotCommittedException {
        for (Sheet each : book) {
            CTWorksheet xml = ((XSSFSheet) each).getCTWorksheet();
            moveFormats(xml, book.getSheetIndex(each));
            if (xml.isSetDataValidations()) {
                moveValidations(xml, book.getSheetIndex(each));
            }
            if (xml.isSetExtLst()) {
                try (XmlCursor cursor = xml.getExtLst().newCursor()) {
                    moveExtensions(cursor, book.getSheetIndex(each));
                }
            }
        }
    }

    private void moveFormats(CTWorksheet xml, int index) throws NotCommittedException {
        boolean isOwn = index == book.getSheetIndex(sheet);
        for (int i = xml.sizeOfConditionalFormattingArray() - 1; i >= 0; i--) {
            CTConditionalFormatting format = xml.getConditionalFormattingArray(i);
            int shift = isOwn ? shift(format.getSqref()) : 0;
            if (isOwn) {
                List<String> areas = moved(format.getSqref());
                if (areas.isEmpty()) {
                    xml.removeConditionalFormatting(i);
                    continue;
                }
                format.setSqref(areas);
            }
            for (CTCfRule rule : format.getCfRuleList()) {
                for (int j = 0; j < rule.sizeOfFormulaArray(); j++) {
                    rule.setFormulaArray(j, movedRule(rule.getFormulaArray(j), index, shift));
                }
            }
        }
    }

    private void moveValidations(CTWorksheet xml, int index) throws NotCommittedException {
        boolean isOwn = index == book.getSheetIndex(sheet);
        CTDataValidations validations = xml.getDataValidations();
        for (int i = validations.sizeOfDataValidationArray() - 1; i >= 0; i--) {
            CTDataValidation validation = validations.getDataValidationArray(i);
            int shift = isOwn ? shift(validation.getSqref()) : 0;
            if (isOwn) {
                List<String> areas = moved(validation.getSqref());
                if (areas.isEmpty()) {
                    validations.removeDataValidation(i);
                    continue;
                }
                validation.setSqref(areas);
            }
            if (validation.isSetFormula1()) {
                validation.setFormula1(movedRule(validation.getFormula1(), index, shift));
            }
            if (validation.isSetFormula2()) {
                validation.setFormula2(movedRule(validation.getFormula2(), index, shift));
            }
        }
        if (validations.sizeOfDataValidationArray() == 0) {
            xml.unsetDataValidations();
        } else {
            validations.setCount(validations.sizeOfDataValidationArray());
        }
    }

    /** Moves what newer editions of Excel keep apart: rules that name other sheets, bars in cells, sparklines. */
    private void moveExtensions(XmlCursor cursor, int index) throws NotCommittedException {
        XmlCursor.TokenType token;
        int depth = 0;
        do {
            token = cursor.toNextToken();
            if (token.isStart()) {
                depth++;
                QName element = cursor.getName();
                if (element.equals(FORMULA)) {
                    cursor.setTextValue(movedRule(cursor.getTextValue(), index, 0));
                } else if (element.equals(AREAS) && index == book.getSheetIndex(sheet)) {
                    List<String> areas =
                            moved(List.of(cursor.getTextValue().strip().split("\\s+")));
                    if (!areas.isEmpty()) {
                        cursor.setTextValue(String.join(" ", areas));
                    }
                }
            } else if (token.isEnd()) {
                depth--;
            }
        } while (depth >= 0 && !token.isEnddoc() && !token.isNone());
    }

    private String movedRule(String formula, int index, int shift) throws NotCommittedException {
        String moved = moved(formula, FormulaType.CELL, index, -1, shift);
        if (moved == null) {
            throw cannotFollow("a rule for cells of sheet '" + Shown.name(book.getSheetName(index)) + "'");
        }
        return moved;
    }

    /** Returns how far below the first cell of a rule the first one is that stays. */
    private int shift(List<?> areas) {
        int first = LAST;
        int kept = LAST;
        for (Object area : areas) {
            CellRangeAddress rows = CellRangeAddress.valueOf(area.toString());
            first = Math.min(first, rows.getFirstRow());
            if (moved(rows) != null) {
                kept = Math.min(kept, firstKept(rows.getFirstRow()));
            }
        }
        return Math.max(0, kept - first);
    }

    private List<String> moved(List<?> areas) {
        List<String> found = new ArrayList<>();
        for (Object area : areas) {
            CellRangeAddress to = moved(CellRangeAddress.valueOf(area.toString()));
            if (to != null) {
                found.add(to.formatAsString());
            }
        }
        return found;
    }

    private void moveTables() {
        for (XSSFTable table : sheet.getTables()) {
            CTTable xml = table.getCTTable();
            CellRangeAddress area = moved(CellRangeAddress.valueOf(xml.getRef()));
            if (area != null) {
                // a table has at least one row, be it an empty one
                area.setLastRow(Math.max(area.getLastRow(), area.getFirstRow() + 1));
                xml.setRef(area.formatAsString());
                if (xml.isSetAutoFilter()) {
                    area.setLastRow(area.getLastRow() - table.getTotalsRowCount());
                    xml.getAutoFilter().setRef(area.formatAsString());
                }
                table.updateReferences();
            }
        }
        if (sheet.getCTWorksheet().isSetAutoFilter()) {
            CellRangeAddress area = moved(CellRangeAddress.valueOf(
                    sheet.getCTWorksheet().getAutoFilter().getRef()));
            if (area != null) {
                sheet.getCTWorksheet().getAutoFilter().setRef(area.formatAsString());
            }
        }
    }
}
