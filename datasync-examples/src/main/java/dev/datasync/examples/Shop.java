package dev.datasync.examples;

import dev.datasync.SyncGroup;
import dev.datasync.SyncPlan;
import dev.datasync.change.Deletes;
import dev.datasync.files.CsvFile;
import dev.datasync.jdbc.JdbcTable;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import java.nio.file.Path;
import javax.sql.DataSource;

/** Tables that refer to each other: written as one, in the order that their foreign keys need. */
public final class Shop {

    private Shop() {}

    /**
     * Returns a group that brings categories and the articles in them into two tables.
     *
     * @param folder the folder with a CSV file for each table
     * @param shop the database with the tables, in which an article refers to its category
     * @return the group
     */
    public static SyncGroup group(Path folder, DataSource shop) {
        // readme: group
        SyncGroup group = SyncGroup.named("shop")
                .add(plan("articles", folder, shop))
                .add(plan("categories", folder, shop))
                .inOneTransaction()
                .build();
        // end
        return group;
    }

    private static SyncPlan<Row> plan(String name, Path folder, DataSource shop) {
        return SyncPlan.named(name)
                .from(CsvFile.at(folder.resolve(name + ".csv")))
                .match(Matcher.on("id"))
                .into(JdbcTable.named(name).in(shop))
                .deletes(Deletes.missing())
                .build();
    }
}
