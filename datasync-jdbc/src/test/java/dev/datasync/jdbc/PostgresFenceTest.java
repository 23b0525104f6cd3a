package dev.datasync.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.datasync.jdbc.database.PostgresDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two sessions that write, and a reading in between: in every order in which their steps can happen no row is missed.
 */
@Tag("long")
class PostgresFenceTest {

    /** What stamps the rows. */
    enum Column {
        BEGIN_OF_TRANSACTION("id int primary key, stamp timestamptz default now()"),
        CLOCK("id int primary key, stamp timestamptz default clock_timestamp()"),
        SEQUENCE("id int primary key, stamp bigint generated always as identity");

        private final String columns;

        Column(String columns) {
            this.columns = columns;
        }
    }

    private static final int STEPS = 3;

    private PostgresDatabase database;
    private HikariDataSource pool;

    @BeforeEach
    void open() {
        database = new PostgresDatabase();
        pool = new HikariDataSource();
        pool.setDataSource(database.dataSource());
        pool.setMaximumPoolSize(4);
    }

    @AfterEach
    void close() throws Exception {
        pool.close();
        database.close();
    }

    private JdbcIncremental source(Column column) {
        JdbcIncremental source =
                JdbcTable.named("stamped").in(pool).incrementalBy("stamp").waiting(Duration.ZERO);
        return column == Column.SEQUENCE ? source.overlap(0) : source.overlap(Duration.ZERO);
    }

    /** Returns every order of the steps of two sessions: {@code true} is a step of the first. */
    private static List<List<Boolean>> orders() {
        List<List<Boolean>> orders = new ArrayList<>();
        for (int bits = 0; bits < 1 << 2 * STEPS; bits++) {
            if (Integer.bitCount(bits) == STEPS) {
                List<Boolean> order = new ArrayList<>();
                for (int i = 0; i < 2 * STEPS; i++) {
                    order.add((bits & 1 << i) != 0);
                }
                orders.add(order);
            }
        }
        return orders;
    }

    /** Returns the places between the steps at which a reading happens: each alone, and all. */
    private static List<List<Integer>> places() {
        List<List<Integer>> places = new ArrayList<>();
        Stream.of(1, 2, 3, 4, 5).forEach(place -> places.add(List.of(place)));
        places.add(List.of(1, 2, 3, 4, 5));
        return places;
    }

    /** Returns the schedules in which a row was missed, all or as many as are enough. */
    private List<String> missing(JdbcIncremental source, int enough) throws Exception {
        List<String> missing = new ArrayList<>();
        try (Connection one = database.dataSource().getConnection();
                Connection other = database.dataSource().getConnection()) {
            one.setAutoCommit(false);
            other.setAutoCommit(false);
            for (List<Boolean> order : orders()) {
                for (List<Integer> places : places()) {
                    database.execute("delete from stamped", "insert into stamped (id) values (0)");
                    IncrementalReading reading = new IncrementalReading().read(source);
                    int[] steps = new int[2];
                    for (int i = 0; i < order.size(); i++) {
                        if (places.contains(i)) {
                            reading.read(source);
                        }
                        int session = order.get(i) ? 0 : 1;
                        step(session == 0 ? one : other, session + 1, steps[session]++);
                    }
                    reading.read(source);
                    if (reading.seen.size() < 3) {
                        missing.add(order + " with readings before the steps " + places + ": " + reading.seen);
                    }
                    if (missing.size() >= enough) {
                        return missing;
                    }
                }
            }
        }
        return missing;
    }

    private static void step(Connection session, int id, int step) throws SQLException {
        try (Statement statement = session.createStatement()) {
            switch (step) {
                case 0 -> statement.execute("select 1");
                case 1 -> statement.execute("insert into stamped (id) values (" + id + ")");
                default -> session.commit();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void no_row_is_missed_in_whatever_order_two_sessions_and_the_readings_happen(Column column) throws Exception {
        database.execute("create table stamped (" + column.columns + ")");
        assertThat(missing(source(column), Integer.MAX_VALUE)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void without_the_fence_rows_are_missed(Column column) throws Exception {
        database.execute("create table stamped (" + column.columns + ")");
        assertThat(missing(source(column).withoutFence(), 1)).isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void the_watermark_moves_when_nobody_writes(Column column) throws Exception {
        database.execute("create table stamped (" + column.columns + ")", "insert into stamped (id) values (1)");
        IncrementalReading reading = new IncrementalReading().read(source(column));
        database.execute("insert into stamped (id) values (2)");
        reading.read(source(column));
        assertThat(reading.last).as("from the greatest value on").containsExactlyInAnyOrder(1L, 2L);
        reading.read(source(column));
        assertThat(reading.last).containsExactly(2L);
        assertThat(reading.warnings).isEmpty();
    }

    @Test
    void it_waits_for_those_that_write_and_says_so_when_that_takes_too_long() throws Exception {
        database.execute(
                "create table stamped (" + Column.SEQUENCE.columns + ")", "insert into stamped (id) values (1)");
        try (Connection writer = database.dataSource().getConnection();
                Statement statement = writer.createStatement()) {
            writer.setAutoCommit(false);
            statement.execute("insert into stamped (id) values (2)");
            database.execute("insert into stamped (id) values (3)");
            IncrementalReading reading = new IncrementalReading().read(source(Column.SEQUENCE));
            assertThat(reading.last).containsExactlyInAnyOrder(1L, 3L);
            assertThat(reading.watermark).isNull();
            assertThat(reading.warnings).singleElement().asString().contains("stamped", "the watermark stays");
            writer.commit();
            reading.read(source(Column.SEQUENCE));
            assertThat(reading.seen).containsExactlyInAnyOrder(1L, 2L, 3L);
            assertThat(reading.watermark).isNotNull();
        }
    }

    @Test
    void a_partition_that_is_written_directly_holds_the_watermark_of_the_whole() throws Exception {
        database.execute(
                "create sequence numbers",
                "create table stamped (id int, stamp bigint default nextval('numbers')) partition by range (id)",
                "create table first partition of stamped for values from (0) to (10)",
                "create table second partition of stamped for values from (10) to (20)",
                "alter table first alter stamp set default nextval('numbers')");
        try (Connection writer = database.dataSource().getConnection();
                Statement statement = writer.createStatement()) {
            writer.setAutoCommit(false);
            statement.execute("insert into first (id) values (1)");
            database.execute("insert into stamped (id) values (11)");
            IncrementalReading reading = new IncrementalReading().read(source(Column.SEQUENCE));
            writer.commit();
            assertThat(reading.read(source(Column.SEQUENCE)).seen).containsExactlyInAnyOrder(1L, 11L);
        }
    }

    @Test
    void numbers_that_sessions_draw_ahead_are_told_of_and_read_again() throws Exception {
        database.execute(
                "create sequence numbers cache 20",
                "create table stamped (id int primary key, stamp bigint not null default nextval('numbers'))");
        JdbcIncremental source =
                JdbcTable.named("stamped").in(pool).incrementalBy("stamp").waiting(Duration.ZERO);
        try (Connection early = database.dataSource().getConnection();
                Statement statement = early.createStatement()) {
            statement.execute("insert into stamped (id) values (1)");
            database.execute("insert into stamped (id) values (2)");
            IncrementalReading reading = new IncrementalReading().read(source);
            // smaller than the greatest number that was committed when nobody was writing
            statement.execute("insert into stamped (id) values (3)");
            assertThat(reading.read(source).seen).containsExactlyInAnyOrder(1L, 2L, 3L);
            assertThat(reading.warnings).isNotEmpty().first().asString().contains("CACHE", "stamped");
        }
    }

    @Test
    void a_partition_is_held_by_those_that_write_to_the_whole() throws Exception {
        database.execute(
                "create sequence numbers",
                "create table whole (id int, stamp bigint default nextval('numbers')) partition by range (id)",
                "create table stamped partition of whole for values from (0) to (10)",
                "alter table stamped alter stamp set default nextval('numbers')");
        try (Connection writer = database.dataSource().getConnection();
                Statement statement = writer.createStatement()) {
            writer.setAutoCommit(false);
            // has drawn its number, and is about to be given to its partition
            statement.execute("lock table only whole in row exclusive mode");
            database.execute("insert into stamped (id) values (1)");
            IncrementalReading reading = new IncrementalReading().read(source(Column.SEQUENCE));
            assertThat(reading.warnings).singleElement().asString().contains("the watermark stays");
        }
    }

    @Test
    void a_clock_that_goes_back_an_hour_in_autumn_loses_nothing() throws Exception {
        database.execute(
                "create table stamped (id int primary key, stamp timestamp)",
                "insert into stamped values (1, '2024-10-27 02:59:59')");
        JdbcIncremental source = JdbcTable.named("stamped").in(pool).incrementalBy("stamp");
        IncrementalReading reading = new IncrementalReading().read(source);
        database.execute("insert into stamped values (2, '2024-10-27 02:00:00')");
        reading.read(source);
        assertThat(reading.seen).containsExactlyInAnyOrder(1L, 2L);
    }

    @Test
    void a_value_from_the_future_does_not_hide_what_comes_before_it() throws Exception {
        for (String type : List.of("timestamptz", "timestamp", "date")) {
            database.execute(
                    "drop table if exists stamped",
                    "create table stamped (id int primary key, stamp " + type + ")",
                    "insert into stamped values (1, '9999-12-31'), (2, '2024-01-01')");
            JdbcIncremental source = JdbcTable.named("stamped").in(pool).incrementalBy("stamp");
            IncrementalReading reading = new IncrementalReading().read(source);
            database.execute("insert into stamped values (3, '2024-06-01')");
            assertThat(reading.read(source).last).as(type).contains(3L);
        }
    }

    @Test
    void a_transaction_of_a_user_who_does_not_show_it_is_told_of() throws Exception {
        database.execute(
                "create table stamped (" + Column.CLOCK.columns + ")",
                "insert into stamped (id) values (1)",
                "create role " + database.schema() + " login",
                "grant all on schema " + database.schema() + " to " + database.schema(),
                "grant select on stamped to " + database.schema());
        org.postgresql.ds.PGSimpleDataSource limited = new org.postgresql.ds.PGSimpleDataSource();
        limited.setURL(database.dataSource().getURL());
        limited.setUser(database.schema());
        try (Connection writer = database.dataSource().getConnection();
                Statement statement = writer.createStatement()) {
            writer.setAutoCommit(false);
            statement.execute("select 1");
            IncrementalReading reading = new IncrementalReading()
                    .read(JdbcTable.named("stamped")
                            .inSchema(database.schema())
                            .in(limited)
                            .incrementalBy("stamp"));
            assertThat(reading.warnings).singleElement().asString().contains("pg_read_all_stats", "5 minutes");
        } finally {
            database.execute("drop owned by " + database.schema(), "drop role " + database.schema());
        }
    }
}
