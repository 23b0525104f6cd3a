package dev.datasync.examples;

import dev.datasync.SyncPlan;
import dev.datasync.change.Deletes;
import dev.datasync.files.CsvFile;
import dev.datasync.files.ExcelFile;
import dev.datasync.files.JsonFile;
import dev.datasync.files.TextFormat;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import dev.datasync.source.Source;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** Files as people make them: a price list in Excel for a web shop that reads JSON, and orders in one file a day. */
public final class PriceLists {

    private PriceLists() {}

    /**
     * Makes the list of the web shop equal to the one that sales keeps in Excel.
     *
     * @param folder where both are
     * @return the plan
     */
    public static SyncPlan<Row> prices(Path folder) {
        // readme: excel-to-json
        return SyncPlan.named("prices")
                .from(ExcelFile.at(folder.resolve("prices.xlsx"))
                        .sheet("Spring")
                        .headerWith("sku", "price"))
                .match(Matcher.on("sku"))
                .into(JsonFile.at(folder.resolve("prices.json")))
                .deletes(Deletes.missing())
                .build();
        // end
    }

    /**
     * Reads the orders of all days as one.
     *
     * @param folder where the files are
     * @return the orders
     */
    public static Source<Row> orders(Path folder) {
        // readme: many-csv
        return CsvFile.at(folder)
                .delimiter(';')
                .charset(StandardCharsets.ISO_8859_1)
                .types(Map.of("day", TextFormat.date("dd.MM.yyyy"), "amount", TextFormat.decimal(',', '.')))
                .trailer("END", 2)
                .matching("orders-*.csv", "file");
        // end
    }
}
