package dev.datasync.files;

import dev.datasync.change.Change;
import dev.datasync.change.ChangeCounts;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.Outcome;
import dev.datasync.sink.WriteContext;
import dev.datasync.source.ReadContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.poi.xssf.usermodel.XSSFCell;
import org.apache.poi.xssf.usermodel.XSSFSheet;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.jspecify.annotations.Nullable;

/** What the tests of this package do with workbooks: POI looks at what was written, and makes what is read. */
final class Workbooks {

    private Workbooks() {}

    static Change.Insert<Row> insert(Row row) {
        return new Change.Insert<>(dev.datasync.match.Key.of("row", 0), row);
    }

    /** Creates a file or sheet as a run would. */
    @SuppressWarnings("try") // close() may throw an interrupt, which fails the test
    static List<Outcome> create(ExcelFile file, Schema incoming, Row... rows) throws Exception {
        Schema schema = file.schemaFor(incoming, List.of());
        try (ChangeWriter<Row> writer = file.open(new Writing(schema, rows.length))) {
            List<Change<Row>> changes = new ArrayList<>();
            for (Row row : rows) {
                changes.add(insert(row));
            }
            List<Outcome> outcomes = writer.write(changes);
            writer.commit();
            return outcomes;
        }
    }

    /** Makes a sheet equal to some rows, of which the first field is the key. */
    static dev.datasync.run.SyncReport sync(ExcelFile file, Row... rows) {
        return plan(file, rows).run();
    }

    static dev.datasync.SyncPlan<Row> plan(ExcelFile file, Row... rows) {
        return dev.datasync.SyncPlan.named("test")
                .from(dev.datasync.source.Source.of(() -> List.of(rows)))
                .match(dev.datasync.match.Matcher.<Row>on(
                        rows[0].schema().field(0).name()))
                .into(file)
                .deletes(dev.datasync.change.Deletes.missing().unlimited())
                .build();
    }

    /** Returns a text as a workbook holds it, with escapes for what XML cannot hold. */
    static String escaped(String text) {
        String literal = text.replaceAll("_(?=x[0-9A-Fa-f]{4}_)", "_x005F_");
        return java.util.regex.Pattern.compile("[\\x00-\\x08\\x0b-\\x1f\\ufffe\\uffff]")
                .matcher(literal)
                .replaceAll(control ->
                        String.format("_x%04X_", (int) control.group().charAt(0)));
    }

    /** Makes a workbook with POI. */
    static Path make(Path file, Consumer<XSSFWorkbook> content) throws IOException {
        try (XSSFWorkbook book = new XSSFWorkbook();
                java.io.OutputStream out = java.nio.file.Files.newOutputStream(file)) {
            content.accept(book);
            book.write(out);
        }
        return file;
    }

    /** Looks at a workbook with POI. */
    static void look(Path file, Consumer<XSSFWorkbook> eye) throws IOException {
        try (java.io.InputStream in = java.nio.file.Files.newInputStream(file);
                XSSFWorkbook book = new XSSFWorkbook(in)) {
            eye.accept(book);
        }
    }

    /** Returns a cell's content as POI finds it: a text, a number, a truth value, or a formula behind a {@code =}. */
    static @Nullable Object value(XSSFSheet sheet, String reference) {
        org.apache.poi.ss.util.CellReference place = new org.apache.poi.ss.util.CellReference(reference);
        if (sheet.getRow(place.getRow()) == null) {
            return null;
        }
        XSSFCell cell = sheet.getRow(place.getRow()).getCell(place.getCol());
        if (cell == null) {
            return null;
        }
        return switch (cell.getCellType()) {
            case STRING -> cell.getStringCellValue();
            case NUMERIC -> cell.getNumericCellValue();
            case BOOLEAN -> cell.getBooleanCellValue();
            case FORMULA -> "=" + cell.getCellFormula();
            default -> null;
        };
    }

    record Writing(Schema schema, ChangeCounts expected) implements WriteContext {

        Writing(Schema schema, int inserts) {
            this(schema, new ChangeCounts(inserts, 0, 0));
        }

        @Override
        public String plan() {
            return "test";
        }

        @Override
        public List<String> keyFields() {
            return List.of(schema.field(0).name());
        }

        @Override
        public OnRejection onRejection() {
            return OnRejection.END_RUN;
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void onCancel(ReadContext.Cancellation action) {}
    }
}
