package dev.datasync.examples.rest;

import static dev.datasync.http.HttpMethod.DELETE;
import static dev.datasync.http.HttpMethod.PATCH;
import static dev.datasync.http.HttpMethod.POST;
import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.SyncPlan;
import dev.datasync.change.Deletes;
import dev.datasync.examples.airports.RealData;
import dev.datasync.files.CsvFile;
import dev.datasync.files.JsonFile;
import dev.datasync.http.HttpApi;
import dev.datasync.http.HttpResource;
import dev.datasync.http.HttpTarget;
import dev.datasync.http.Paging;
import dev.datasync.jdbc.JdbcTable;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import dev.datasync.run.RunOutcome;
import dev.datasync.run.SyncReport;
import dev.datasync.sink.Sink;
import dev.datasync.source.Source;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real data goes from a real REST server into a database, and what changes there goes back. */
@Timeout(300)
@Tag("long")
class JsonServerTest {

    private static final String REGIONS = """
            create table regions (
                id integer primary key,
                code varchar(10) not null,
                local_code varchar(10),
                name varchar not null,
                continent char(2) not null,
                iso_country char(2) not null,
                wikipedia_link varchar,
                keywords varchar
            )""";

    @TempDir
    private Path folder;

    private final JdbcDataSource database = new JdbcDataSource();
    private Connection keptOpen;
    private Path csv;
    private Path file;

    @BeforeEach
    void open() throws Exception {
        csv = RealData.folder().resolve("ourairports/2025-06-23/regions.csv");
        file = folder.resolve("db.json");
        Files.writeString(file, "{\"regions\": []}");
        database.setUrl("jdbc:h2:mem:jsonserver;DATABASE_TO_LOWER=true");
        keptOpen = database.getConnection();
        execute(REGIONS);
    }

    @AfterEach
    void close() throws Exception {
        if (keptOpen != null) {
            keptOpen.close();
        }
    }

    private JsonServer serving() throws Exception {
        return JsonServer.serving(file, folder.resolve("json-server.log"));
    }

    private void execute(String sql) throws Exception {
        try (Statement statement = keptOpen.createStatement()) {
            statement.execute(sql);
        }
    }

    private long count(String from) throws Exception {
        try (Statement statement = keptOpen.createStatement();
                ResultSet result = statement.executeQuery("select count(*) from " + from)) {
            result.next();
            return result.getLong(1);
        }
    }

    private JdbcTable table() {
        return JdbcTable.named("regions").in(database);
    }

    private JsonFile stored() {
        return JsonFile.at(file).array("/regions");
    }

    private static HttpResource regions(JsonServer server) {
        return HttpApi.at(server.address())
                .get("/regions")
                .totalHeader("X-Total-Count")
                .pages(Paging.number("_page").size("_limit", 500));
    }

    private static HttpTarget target(JsonServer server) {
        return regions(server)
                .insert(POST, "/regions")
                .update(PATCH, "/regions/{id}")
                .delete(DELETE, "/regions/{id}");
    }

    private static SyncReport run(Source<Row> source, Sink<Row> target) {
        return SyncPlan.named("regions")
                .from(source)
                .match(Matcher.<Row>on("id"))
                .into(target)
                .deletes(Deletes.missing())
                .build()
                .run();
    }

    private static void assertWrites(SyncReport report, long inserted, long updated, long deleted) {
        assertThat(report.outcome()).as(report.toString()).isEqualTo(RunOutcome.SUCCEEDED);
        assertThat(report.counts().inserted()).as(report.toString()).isEqualTo(inserted);
        assertThat(report.counts().updated()).as(report.toString()).isEqualTo(updated);
        assertThat(report.counts().deleted()).as(report.toString()).isEqualTo(deleted);
    }

    @Test
    void regions_go_into_a_database_and_its_changes_go_back() throws Exception {
        assertWrites(run(CsvFile.at(csv).inferTypes(), stored()), 3_929, 0, 0);
        try (JsonServer server = serving()) {
            assertWrites(run(regions(server), table()), 3_929, 0, 0);
            assertWrites(run(regions(server), table()), 0, 0, 0);
            assertWrites(run(CsvFile.at(csv), table()), 0, 0, 0);

            execute(
                    "update regions set name = 'Ærø & \"Ø\"', keywords = null where code in ('DE-BE', 'DE-HH', 'DE-BY')");
            execute("delete from regions where code like 'CH-Z%'");
            execute("insert into regions values (1, 'XX-1', '1', 'Nowhere', 'EU', 'XX', null, 'a, b'),"
                    + " (2, 'XX-2', '2', 'Elsewhere', 'EU', 'XX', 'https://example.com/?a=b&c', '')");
            long deleted = 3_929 + 2 - count("regions");

            assertThat(deleted).isBetween(1L, 9L);
            assertWrites(run(table(), target(server)), 2, 3, deleted);
            assertWrites(run(table(), target(server)), 0, 0, 0);
            assertWrites(run(regions(server), table()), 0, 0, 0);
        }
        // what the server has kept, read without it
        assertWrites(run(stored(), table()), 0, 0, 0);
        assertThat(Files.readString(file))
                .contains("\"Ærø & \\\"Ø\\\"\"", "\"https://example.com/?a=b&c\"", "\"Nowhere\"")
                .doesNotContain("\"CH-ZH\"");
    }

    @Test
    void rows_of_a_file_become_resources_and_stay_as_they_are() throws Exception {
        Path countries = csv.resolveSibling("countries.csv");
        try (JsonServer server = serving()) {
            assertWrites(run(CsvFile.at(countries).inferTypes(), target(server)), 249, 0, 0);
            String written = Files.readString(file);
            assertWrites(run(CsvFile.at(countries).inferTypes(), target(server)), 0, 0, 0);

            assertThat(Files.readString(file)).isEqualTo(written).contains("\"Saint Barthélemy\"");
        }
        assertWrites(run(CsvFile.at(countries).inferTypes(), stored()), 0, 0, 0);
    }
}
