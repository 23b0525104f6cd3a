package dev.datasync.examples.airports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.SyncPlan;
import dev.datasync.change.Deletes;
import dev.datasync.files.CsvFile;
import dev.datasync.jdbc.JdbcQuery;
import dev.datasync.jdbc.JdbcTable;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import dev.datasync.run.MemoryBudget;
import dev.datasync.run.RunOutcome;
import dev.datasync.run.SyncReport;
import dev.datasync.sink.Sink;
import dev.datasync.source.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Real data, end to end: four tables of OurAirports as published on two dates. The counts were made without DataSync,
 * and the databases read the files by themselves to compare.
 */
@Tag("long")
class OurAirportsTest {

    private static final String EXPECTED = "expected";

    private static PostgresServer server;
    private static Database postgres;
    private static JdbcConnectionPool pool;
    private static Database h2;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        RealData.folder();
        server = PostgresServer.start();
        postgres = new Database(server.database());
        pool = JdbcConnectionPool.create("jdbc:h2:mem:airports;DATABASE_TO_LOWER=true", "sa", "");
        h2 = new Database(pool);
    }

    @AfterAll
    static void stop() throws IOException {
        if (pool != null) {
            pool.dispose();
        }
        if (server != null) {
            server.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void csv_to_postgresql(AirportTable table) throws Exception {
        syncsBothDates(table, postgres, MemoryBudget.standard());
    }

    @Test
    void csv_to_postgresql_with_hardly_any_memory() throws Exception {
        SyncReport report = syncsBothDates(AirportTable.RUNWAYS, postgres, new MemoryBudget(MemoryBudget.SMALLEST));

        assertThat(report.method()).contains("temporary file");
    }

    @ParameterizedTest
    @EnumSource
    void csv_to_h2(AirportTable table) throws Exception {
        syncsBothDates(table, h2, MemoryBudget.standard());
    }

    private static SyncReport syncsBothDates(AirportTable table, Database database, MemoryBudget budget)
            throws SQLException, IOException {
        database.create(table, table.tableName());
        SyncReport first = syncs(table, table.file(AirportTable.OLD), database, budget);
        assertThat(first.counts().inserted()).isEqualTo(table.old());
        SyncReport second = syncs(table, table.file(AirportTable.NEW), database, budget);
        assertChanges(table, second);
        return second;
    }

    /** Runs until the table equals the file, checks that by the database's own means, and runs again. */
    private static SyncReport syncs(AirportTable table, Path file, Database database, MemoryBudget budget)
            throws SQLException, IOException {
        SyncPlan<Row> plan = sentence(
                        table,
                        CsvFile.at(file),
                        JdbcTable.named(table.tableName()).in(database.dataSource()))
                .memoryBudget(budget)
                .build();
        SyncReport report = plan.run();
        assertEqual(table, file, database);
        assertNothingLeft(plan);
        return report;
    }

    private static void assertEqual(AirportTable table, Path file, Database database) throws SQLException, IOException {
        database.create(table, EXPECTED);
        database.load(file, EXPECTED);
        assertThat(database.count("select id from \"" + EXPECTED + "\"")).isPositive();
        assertThat(database.differences(table.tableName(), EXPECTED)).isZero();
    }

    private static void assertNothingLeft(SyncPlan<Row> plan) {
        SyncReport again = plan.run();
        assertThat(again.outcome()).isEqualTo(RunOutcome.SUCCEEDED);
        assertThat(again.counts().written()).isZero();
        assertThat(again.counts().unchanged()).isEqualTo(again.counts().sourceRead());
    }

    private static void assertChanges(AirportTable table, SyncReport report) {
        SyncReport.Counts counts = report.counts();
        assertThat(report.outcome()).isEqualTo(RunOutcome.SUCCEEDED);
        assertThat(counts.sourceRead()).isEqualTo(table.current());
        assertThat(counts.targetRead()).isEqualTo(table.old());
        assertThat(counts.inserted()).isEqualTo(table.inserted());
        assertThat(counts.updated()).isEqualTo(table.updated());
        assertThat(counts.deleted()).isEqualTo(table.deleted());
        assertThat(counts.unchanged()).isEqualTo(table.unchanged());
    }

    @Test
    void the_country_NA_and_the_runway_01_stay_texts() throws Exception {
        for (AirportTable table : List.of(AirportTable.COUNTRIES, AirportTable.REGIONS, AirportTable.RUNWAYS)) {
            String name = table.tableName();
            postgres.create(table, name);
            plan(
                            table,
                            CsvFile.at(table.file(AirportTable.NEW)),
                            JdbcTable.named(name).in(postgres.dataSource()))
                    .run();
        }

        // counted in the files with a tool that has nothing to do with DataSync
        assertThat(postgres.count("select id from countries where code = 'NA' and name = 'Namibia'"))
                .isEqualTo(1);
        assertThat(postgres.count("select id from regions where iso_country = 'NA'"))
                .isEqualTo(15);
        assertThat(postgres.count("select id from regions where continent = 'NA'"))
                .isEqualTo(440);
        assertThat(postgres.count("select id from runways where le_ident = '01'"))
                .isEqualTo(1_437);
        assertThat(postgres.count("select id from runways where le_ident = '1'"))
                .isEqualTo(364);
    }

    @ParameterizedTest
    @EnumSource
    void database_to_database(AirportTable table) throws Exception {
        String name = table.tableName();
        postgres.create(table, name);
        h2.create(table, name);
        SyncPlan<Row> plan = plan(
                table,
                JdbcTable.named(name).in(postgres.dataSource()),
                JdbcTable.named(name).in(h2.dataSource()));

        postgres.load(table.file(AirportTable.OLD), name);
        SyncReport first = plan.run();
        assertThat(first.counts().inserted()).isEqualTo(table.old());
        assertEqual(table, table.file(AirportTable.OLD), h2);

        postgres.execute("delete from \"" + name + "\"");
        postgres.load(table.file(AirportTable.NEW), name);
        SyncReport second = plan.run();
        assertChanges(table, second);
        assertThat(second.method()).contains("merged in key order");
        assertEqual(table, table.file(AirportTable.NEW), h2);
        assertNothingLeft(plan);
    }

    @ParameterizedTest
    @EnumSource
    void database_to_csv_and_back(AirportTable table) throws Exception {
        String name = table.tableName();
        Path file = folder.resolve("exported.csv");
        postgres.create(table, name);
        SyncPlan<Row> export = plan(
                table,
                JdbcQuery.sql("select * from \"" + name + "\" order by id desc").in(postgres.dataSource()),
                CsvFile.at(file));

        postgres.load(table.file(AirportTable.OLD), name);
        assertThat(export.run().counts().inserted()).isEqualTo(table.old());
        postgres.execute("delete from \"" + name + "\"");
        postgres.load(table.file(AirportTable.NEW), name);
        assertChanges(table, export.run());
        byte[] written = Files.readAllBytes(file);
        assertNothingLeft(export);
        assertThat(file).hasBinaryContent(written);

        // the file that DataSync wrote, read by PostgreSQL
        postgres.create(table, EXPECTED);
        postgres.load(file, EXPECTED);
        assertThat(postgres.differences(name, EXPECTED)).isZero();

        // and back by DataSync, into another database
        h2.create(table, name);
        SyncReport back = syncsBack(table, file);
        assertThat(back.counts().inserted()).isEqualTo(table.current());
        assertEqual(table, table.file(AirportTable.NEW), h2);
    }

    private static SyncReport syncsBack(AirportTable table, Path file) {
        SyncPlan<Row> plan =
                plan(table, CsvFile.at(file), JdbcTable.named(table.tableName()).in(h2.dataSource()));
        SyncReport report = plan.run();
        assertNothingLeft(plan);
        return report;
    }

    private static SyncPlan<Row> plan(AirportTable table, Source<Row> source, Sink<Row> sink) {
        return sentence(table, source, sink).build();
    }

    private static SyncPlan.Builder<Row> sentence(AirportTable table, Source<Row> source, Sink<Row> sink) {
        return SyncPlan.named(table.tableName())
                .from(source)
                .match(Matcher.on("id"))
                .into(sink)
                .deletes(Deletes.missing());
    }
}
