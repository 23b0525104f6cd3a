package consumer;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.datasync.SyncPlan;
import dev.datasync.change.Deletes;
import dev.datasync.files.CsvFile;
import dev.datasync.files.ExcelFile;
import dev.datasync.files.JsonFile;
import dev.datasync.http.HttpResource;
import dev.datasync.jdbc.JdbcTable;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import dev.datasync.run.SyncReport;
import dev.datasync.sink.Sink;
import dev.datasync.source.Source;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.h2.jdbcx.JdbcDataSource;

/** Syncs a CSV file and a REST API into tables, as rows and as Java records, and asks them in SQL whether that is true. */
public final class Main {

    private static final String OLD = "create table products (sku varchar primary key, name varchar, price decimal(9, 2));"
            + "insert into products values ('1', 'Old', 1.10), ('2', 'Same', 1.10), ('3', 'Gone', 1.10)";
    private static final String NEW = "sku,name,price\n01,Added,1\n1,New,1.1\n2,Same,1.1\n";
    private static final String NEW_AS_JSON =
            "[{\"sku\": \"01\", \"name\": \"Added\", \"price\": 1}, {\"sku\": \"1\", \"name\": \"New\", \"price\": 1.1},"
                    + " {\"sku\": \"2\", \"name\": \"Same\", \"price\": 1.1}]";
    private static final String AS_WANTED =
            "select count(*) = 3 and sum(case when (sku, name, price) in (('01', 'Added', 1.00), ('1', 'New', 1.10),"
                    + " ('2', 'Same', 1.10)) then 1 else 0 end) = 3 from products";

    private Main() {}

    public static void main(String[] arguments) throws Exception {
        Path csv = Files.createTempFile("consumer", ".csv");
        try {
            Files.writeString(csv, NEW);
            check(csv, "rows", rows(csv, database("rows")), "rows");
            check(csv, "records", records(csv, database("records")), "records");
            check(csv);
            resources(csv);
        } finally {
            Files.delete(csv);
        }
        Module module = Main.class.getModule();
        System.out.println("consumer: works in " + (module.isNamed() ? "the named module " + module.getName() : "the unnamed module"));
    }

    /** Takes the rows through a workbook and a JSON file and back into a CSV file. */
    private static void check(Path csv) throws Exception {
        Path folder = Files.createTempDirectory("consumer");
        Path copy = folder.resolve("copy.csv");
        Path workbook = folder.resolve("copy.xlsx");
        Path json = folder.resolve("copy.json");
        try {
            copy(CsvFile.at(csv), ExcelFile.at(workbook));
            copy(ExcelFile.at(workbook), JsonFile.at(json));
            copy(JsonFile.at(json), CsvFile.at(copy));
            require(Files.readString(copy).equals(NEW), "files: the copy is not equal to " + csv);
        } finally {
            for (Path file : List.of(copy, workbook, json, folder)) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static void copy(Source<Row> source, Sink<Row> target) {
        SyncPlan<Row> plan =
                SyncPlan.named("copy").from(source).match(Matcher.<Row>on("sku")).into(target).build();
        SyncReport first = plan.run();
        SyncReport second = plan.run();
        require(first.counts().inserted() == 3, target.name() + ": expected three records, but\n" + first);
        require(second.counts().written() == 0, target.name() + ": expected no change, but\n" + second);
    }

    private static SyncPlan<Row> rows(Path csv, JdbcDataSource database) {
        return SyncPlan.named("rows")
                .from(CsvFile.at(csv))
                .match(Matcher.on("sku"))
                .into(JdbcTable.named("products").in(database))
                .deletes(Deletes.missing())
                .build();
    }

    private static SyncPlan<Product> records(Path csv, JdbcDataSource database) {
        return SyncPlan.named("records")
                .from(CsvFile.at(csv).as(Product.class))
                .match(Matcher.by(Product::sku))
                .into(JdbcTable.named("products").in(database).as(Product.class))
                .deletes(Deletes.missing())
                .build();
    }

    /** Reads the same from a REST API. */
    private static void resources(Path csv) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/products", Main::answer);
        server.start();
        try {
            SyncPlan<Row> plan = SyncPlan.named("resources")
                    .from(HttpResource.get("http://localhost:" + server.getAddress().getPort() + "/products"))
                    .match(Matcher.on("sku"))
                    .into(JdbcTable.named("products").in(database("resources")))
                    .deletes(Deletes.missing())
                    .build();
            check(csv, "resources", plan, "resources");
        } finally {
            server.stop(0);
        }
    }

    private static void answer(HttpExchange exchange) throws IOException {
        byte[] page = NEW_AS_JSON.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, page.length);
        exchange.getResponseBody().write(page);
        exchange.close();
    }

    private static JdbcDataSource database(String name) {
        JdbcDataSource database = new JdbcDataSource();
        database.setUrl("jdbc:h2:mem:" + name);
        return database;
    }

    private static void check(Path csv, String what, SyncPlan<?> plan, String database) throws SQLException {
        try (Connection connection = database(database).getConnection();
                Statement sql = connection.createStatement()) {
            sql.execute(OLD);
            SyncReport first = plan.run();
            SyncReport second = plan.run();
            require(first.counts().written() == 3, what + ": expected three changes, but\n" + first);
            require(second.counts().written() == 0, what + ": expected no change, but\n" + second);
            try (ResultSet answer = sql.executeQuery(AS_WANTED)) {
                require(answer.next() && answer.getBoolean(1), what + ": the table is not equal to " + csv);
            }
        }
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalStateException(otherwise);
        }
    }
}
