package dev.datasync.examples;

import static dev.datasync.http.HttpMethod.DELETE;
import static dev.datasync.http.HttpMethod.PATCH;
import static dev.datasync.http.HttpMethod.POST;

import dev.datasync.Preview;
import dev.datasync.SyncPlan;
import dev.datasync.change.Deletes;
import dev.datasync.files.CsvFile;
import dev.datasync.http.HttpApi;
import dev.datasync.http.Paging;
import dev.datasync.jdbc.JdbcTable;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import dev.datasync.run.Progress;
import dev.datasync.run.Stage;
import dev.datasync.run.SyncListener;
import dev.datasync.run.SyncReport;
import dev.datasync.transform.RowTransforms;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;

/**
 * A tour of six stops: makes a table equal to a CSV file, looks before it leaps, brings the table into a REST API, and
 * refuses to empty the table when the file turns up empty. Runs on a database in memory and a server of its own, and
 * leaves nothing behind.
 */
public final class Tour {

    private static final String TABLE = """
            create table products (
                sku   varchar(10) primary key,
                name  varchar(40) not null,
                price decimal(9, 2),
                stock int,
                shelf varchar(5)
            );
            insert into products values
                ('007', 'Travel mug',    14.90,  40, 'A1'),
                ('008', 'Tea tin',        9.00,  25, 'A1'),
                ('014', 'Desk lamp',     39.90,   8, 'B4'),
                ('021', 'Notebook A5',    4.50, 120, 'C2'),
                ('022', 'Notebook A4',    6.50,  80, 'C2'),
                ('105', 'Pencil, soft',   1.10, 600, 'C3'),
                ('106', 'Pencil, hard',   1.10, 580, 'C3'),
                ('230', 'Backpack',      59.00,  12, 'D1'),
                ('231', 'Rain cover',    12.00,  30, 'D1'),
                ('310', 'Bottle 0.5 l',  18.50,  44, 'A2'),
                ('311', 'Bottle 1 l',    22.00,  37, 'A2'),
                ('400', 'Calendar 2025',  9.90,   3, 'E5');
            """;

    private static final String HEADER = "sku,name,price,stock\n";

    private static final String PRODUCTS = """
            231,Rain cover,12,30
            230,  Backpack  ,59.00,12
            105,"Pencil, soft",1.1,600
            106,"Pencil, hard",1.1,580
            007,Travel mug,15.90,40
            008,Tea tin,9.0,25
            014,Desk lamp,34.90,5
            021,Notebook A5,4.5,120
            022,Notebook A4,6.5,
            310,Bottle 0.5 l,18.5,44
            311,Bottle 1 l,22,37
            7,Mug,8.50,15
            401,Calendar 2026,9.90,60
            """;

    private final PrintStream out;

    Tour(PrintStream out) {
        this.out = out;
    }

    /**
     * Takes the tour.
     *
     * @param arguments not used
     * @throws IOException when the temporary folder cannot be written
     * @throws SQLException when the database does not start
     */
    public static void main(String[] arguments) throws IOException, SQLException {
        Path folder = Files.createTempDirectory("datasync-tour");
        try {
            new Tour(System.out).take(folder.resolve("products.csv"));
        } finally {
            Files.delete(folder);
        }
    }

    void take(Path csv) throws IOException, SQLException {
        JdbcDataSource shop = new JdbcDataSource();
        shop.setUrl("jdbc:h2:mem:tour;DATABASE_TO_LOWER=true");
        // the database lives in memory as long as this connection is open
        try (Connection connection = shop.getConnection();
                Statement sql = connection.createStatement()) {
            prepare(csv, sql);
            SyncPlan<Row> plan = plan(csv, shop);
            try (Preview<Row> preview = preview(plan)) {
                apply(preview);
            }
            look(sql);
            runAgain(plan);
            publish(shop);
            refuse(plan, csv, sql);
        } finally {
            Files.deleteIfExists(csv);
        }
    }

    private void prepare(Path csv, Statement sql) throws IOException, SQLException {
        heading("1. A table of products, and a file with their news");
        sql.execute(TABLE);
        Files.writeString(csv, HEADER + PRODUCTS);
        out.println("The table has 12 products. The file has 13, in another order, and writes 1.1 for 1.10.");
        out.println("Only the table knows on which shelf a product lies.");
    }

    private SyncPlan<Row> plan(Path csv, DataSource shop) {
        // readme: plan
        SyncPlan<Row> plan = SyncPlan.named("products")
                .from(CsvFile.at(csv))
                .map(RowTransforms.trim("name"))
                .match(Matcher.on("sku"))
                .into(JdbcTable.named("products").in(shop))
                .deletes(Deletes.missing())
                .listener(new ProgressLine(out))
                .build();
        // end
        return plan;
    }

    private Preview<Row> preview(SyncPlan<Row> plan) {
        heading("2. Look first: what would change, and nothing is written");
        // readme: preview
        Preview<Row> preview = plan.preview(); // reads both sides, writes nothing
        out.println(preview);
        // end
        out.println("Unchanged are also 1.1 and 1.10, which are one price, and a name with blanks that are trimmed.");
        out.println("Products 7 and 007 are two, because the key is a text.");
        return preview;
    }

    private void apply(Preview<Row> preview) {
        heading("3. Apply exactly that");
        // readme: apply
        SyncReport report = preview.apply(); // refuses when the table has changed since
        out.println(report);
        // end
    }

    private void look(Statement sql) throws SQLException {
        try (ResultSet mug = sql.executeQuery("select * from products where sku = '007'")) {
            mug.next();
            out.println("Asked in SQL, product 007 costs " + mug.getBigDecimal("price") + " and still lies on shelf "
                    + mug.getString("shelf") + ".");
        }
    }

    private void runAgain(SyncPlan<Row> plan) {
        heading("4. Run again: nothing is left to do");
        // readme: run
        SyncReport report = plan.run(); // compares, checks the guards, then writes
        out.println(report);
        // end
    }

    private void publish(DataSource shop) throws IOException {
        heading("5. A third system: the table goes into a web shop, by its REST API");
        try (WebShop server = WebShop.open()) {
            server.selling("{\"sku\": \"007\", \"name\": \"Travel mug\", \"price\": 14.90, \"rating\": 4.8}")
                    .selling("{\"sku\": \"008\", \"name\": \"Tea tin\", \"price\": 9, \"rating\": 4.1}")
                    .selling("{\"sku\": \"400\", \"name\": \"Calendar 2025\", \"price\": 9.90, \"rating\": 3.9}");
            SyncPlan<Row> plan = webShop(shop, server.address());
            out.println(plan.run());
            out.println("The server was sent " + String.join(", ", new TreeSet<>(server.changes())) + ".");
            out.println("The second run sends " + plan.run().counts().written() + " changes.");
        }
    }

    private static SyncPlan<Row> webShop(DataSource shop, String address) {
        // readme: web-shop
        HttpApi api = HttpApi.at(address);
        SyncPlan<Row> plan = SyncPlan.named("web shop")
                .from(JdbcTable.named("products").in(shop).columns("sku", "name", "price"))
                .match(Matcher.on("sku"))
                .into(api.get("/products")
                        .pages(Paging.keyset("after", "sku").size("size", 100))
                        .insert(POST, "/products")
                        .update(PATCH, "/products/{sku}")
                        .delete(DELETE, "/products/{sku}"))
                .deletes(Deletes.missing())
                .build();
        // end
        return plan;
    }

    private void refuse(SyncPlan<Row> plan, Path csv, Statement sql) throws IOException, SQLException {
        heading("6. The file arrives without its rows: a refusal, and an intact table");
        Files.writeString(csv, HEADER);
        out.println(plan.run());
        try (ResultSet count = sql.executeQuery("select count(*) from products")) {
            count.next();
            out.println("Asked in SQL, the table still has " + count.getInt(1) + " products.");
        }
    }

    private void heading(String text) {
        out.println();
        out.println(text);
        out.println("-".repeat(text.length()));
    }

    /** Prints how far the writing has come. */
    private record ProgressLine(PrintStream out) implements SyncListener {

        @Override
        public void progressed(Progress progress) {
            if (progress.stage() == Stage.APPLY) {
                out.println("... " + progress);
            }
        }
    }
}
