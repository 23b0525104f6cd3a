package dev.datasync.examples;

import static dev.datasync.http.HttpMethod.DELETE;
import static dev.datasync.http.HttpMethod.PATCH;
import static dev.datasync.http.HttpMethod.POST;

import dev.datasync.SyncPlan;
import dev.datasync.change.Deletes;
import dev.datasync.files.ExcelFile;
import dev.datasync.http.HttpApi;
import dev.datasync.http.Paging;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import java.nio.file.Path;

/** A REST API as a target: the catalogue that people keep in Excel goes to a web shop. */
public final class Catalogue {

    private Catalogue() {}

    /**
     * Returns a plan that makes the products of a web shop equal to those of a workbook.
     *
     * @param workbook the workbook
     * @param shop the web shop's API
     * @return the plan
     */
    public static SyncPlan<Row> plan(Path workbook, HttpApi shop) {
        // readme: excel-to-rest
        return SyncPlan.named("catalogue")
                .from(ExcelFile.at(workbook).sheet("Products"))
                .match(Matcher.on("sku"))
                .into(shop.get("/products")
                        .pages(Paging.keyset("after", "sku").size("size", 100))
                        .insert(POST, "/products")
                        .update(PATCH, "/products/{sku}")
                        .delete(DELETE, "/products/{sku}"))
                .deletes(Deletes.missing())
                .build();
        // end
    }
}
