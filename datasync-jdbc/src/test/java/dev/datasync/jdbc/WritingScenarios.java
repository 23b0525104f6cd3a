package dev.datasync.jdbc;

import static dev.datasync.jdbc.Writing.delete;
import static dev.datasync.jdbc.Writing.insert;
import static dev.datasync.jdbc.Writing.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.datasync.SyncPlan;
import dev.datasync.change.Change;
import dev.datasync.change.Deletes;
import dev.datasync.jdbc.database.CountingDataSource;
import dev.datasync.jdbc.database.TestDatabase;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import dev.datasync.run.SyncReport;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.JointTransaction;
import dev.datasync.sink.Outcome;
import dev.datasync.source.ReadException;
import dev.datasync.testkit.InMemorySource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How changes are written that stand in each other's way, or in the way of somebody else. After each test nothing is left open. */
@SuppressWarnings("try") // a writer may throw anything when it is closed
abstract class WritingScenarios {

    private static final int ROUNDS = 12;

    TestDatabase database;
    CountingDataSource dataSource;

    abstract TestDatabase open() throws Exception;

    @BeforeEach
    final void openDatabase() throws Exception {
        database = open();
        dataSource = new CountingDataSource(database.dataSource());
    }

    @AfterEach
    final void closeDatabase() throws Exception {
        if (database != null) {
            database.close();
            assertThat(dataSource.faults()).isEmpty();
        }
    }

    JdbcTable table(String name) {
        return JdbcTable.named(name).in(dataSource);
    }

    private void syncTwice(String what, JdbcTable table, List<Row> rows, int batchSize) {
        SyncPlan<Row> plan = SyncPlan.named("tree")
                .from(InMemorySource.of(rows))
                .match(Matcher.on("id"))
                .into(table)
                .deletes(Deletes.missing().unlimited())
                .batchSize(batchSize)
                .build();
        try {
            SyncReport first = plan.run();
            assertThat(first.outcome().toString()).as(what).isEqualTo("SUCCEEDED");
            assertThat(plan.run().counts().written()).as(what).isZero();
        } catch (RuntimeException e) {
            throw new AssertionError(what, e);
        }
    }

    // ---------------------------------------------------------------- unique values

    @Test
    void unique_values_move_and_change_places_where_they_can_be_null() {
        database.execute("create table places (id int primary key, code int unique, note varchar(20))");
        changesPlaces();
    }

    @Test
    void unique_values_move_and_change_places_where_they_cannot_be_null() {
        database.execute("create table places (id int primary key, code int not null unique, note varchar(20))");
        changesPlaces();
    }

    private void changesPlaces() {
        for (long seed = 1; seed <= ROUNDS; seed++) {
            Random random = new Random(seed);
            int count = 2 + random.nextInt(40);
            int batchSize = List.of(1, 2, 7, 1_000).get(random.nextInt(4));
            List<Integer> codes = new ArrayList<>();
            for (int i = 0; i < count + 5; i++) {
                codes.add(i);
            }
            Collections.shuffle(codes, random);
            List<Row> rows = new ArrayList<>();
            for (int id = 0; id < count; id++) {
                // some are left out, so that rows are deleted and others inserted with the same codes
                if (random.nextInt(10) > 0) {
                    rows.add(Row.of("id", id, "code", codes.get(id), "note", "n" + random.nextInt(3)));
                }
            }
            syncTwice("seed " + seed + ", batches of " + batchSize, table("places"), rows, batchSize);
            List<List<String>> expected = rows.stream()
                    .map(row -> List.of(row.text("id"), row.text("code")))
                    .toList();
            assertThat(database.query("select id, code from places order by id"))
                    .as("seed %s", seed)
                    .containsExactlyElementsOf(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void a_commit_is_put_off_while_unique_values_change_places(int every) {
        database.execute(
                "create table places (id int primary key, code int not null unique)",
                "insert into places values (1, 10)",
                "insert into places values (2, 20)",
                "insert into places values (3, 30)",
                "insert into places values (4, 40)");
        SyncPlan<Row> plan = SyncPlan.named("parts")
                .from(InMemorySource.of(
                        Row.of("id", 1, "code", 20),
                        Row.of("id", 2, "code", 30),
                        Row.of("id", 3, "code", 10),
                        Row.of("id", 4, "code", 41),
                        Row.of("id", 5, "code", 40)))
                .match(Matcher.on("id"))
                .into(table("places"))
                .commitEvery(every)
                .build();

        SyncReport report = plan.run();

        assertThat(report.counts().updated()).isEqualTo(4);
        assertThat(report.counts().inserted()).isEqualTo(1);
        assertThat(report.counts().notWritten()).isZero();
        assertThat(database.query("select code from places order by id"))
                .containsExactly(List.of("20"), List.of("30"), List.of("10"), List.of("41"), List.of("40"));
        assertThat(plan.run().counts().written()).isZero();
    }

    @Test
    void a_long_chain_of_unique_values_moves_in_few_statements() {
        database.execute("create table places (id int primary key, code int not null unique)");
        List<Row> rows = new ArrayList<>();
        for (int id = 0; id < 500; id++) {
            rows.add(Row.of("id", id, "code", id));
        }
        syncTwice("before", table("places"), rows, 1_000);
        rows.replaceAll(row -> row.with("code", row.integer("code") + 1));
        int before = dataSource.prepared().size();

        syncTwice("after", table("places"), rows, 100);

        long updates = dataSource
                .prepared()
                .subList(before, dataSource.prepared().size())
                .stream()
                .filter(sql -> sql.startsWith("update"))
                .count();
        assertThat(updates).isLessThan(60);
    }

    @Test
    void says_which_row_has_a_unique_value_that_another_keeps() throws Exception {
        database.execute(
                "create table places (id int primary key, code int unique)",
                "insert into places values (1, 10)",
                "insert into places values (2, 20)",
                "insert into places values (3, 30)");
        JdbcTable places = table("places");
        List<Row> rows = Reading.rows(places, "id");

        List<Outcome> outcomes = Writing.to(places, "id")
                .skipping()
                .expecting(0, 3, 0)
                .all(
                        places,
                        List.of(
                                update(rows.get(0), "code", 20),
                                update(rows.get(1), "code", 10),
                                update(rows.get(2), "code", 20)));

        assertThat(outcomes.get(0)).isEqualTo(Outcome.applied());
        assertThat(outcomes.get(1)).isEqualTo(Outcome.applied());
        assertThat(outcomes.get(2)).asString().contains("unique constraint", "a row that keeps the value");
        assertThat(database.query("select code from places order by id"))
                .containsExactly(List.of("20"), List.of("10"), List.of("30"));
    }

    // ---------------------------------------------------------------- rows that refer to rows of their table

    @Test
    void trees_are_written_whatever_their_order_where_a_parent_can_be_null() {
        database.execute(
                "create table tree (id int primary key, parent int, name varchar(20), foreign key (parent) references tree (id))");
        growTrees();
    }

    @Test
    void trees_are_written_whatever_their_order_where_a_root_is_its_own_parent() {
        database.execute(
                "create table tree (id int primary key, parent int not null, name varchar(20), foreign key (parent) references tree (id))");
        growTrees(true);
    }

    private void growTrees() {
        growTrees(false);
    }

    private void growTrees(boolean rootsAreTheirOwnParents) {
        for (long seed = 1; seed <= ROUNDS; seed++) {
            Random random = new Random(seed);
            int count = 1 + random.nextInt(40);
            int batchSize = List.of(1, 2, 7, 1_000).get(random.nextInt(4));
            List<Integer> ids = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                ids.add(i);
            }
            Collections.shuffle(ids, random);
            List<Row> rows = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                boolean isRoot = i == 0 || random.nextInt(8) == 0;
                Integer root = rootsAreTheirOwnParents ? ids.get(i) : null;
                rows.add(Row.of(
                        "id", ids.get(i), "parent", isRoot ? root : ids.get(random.nextInt(i)), "name", "n" + seed));
            }
            syncTwice("seed " + seed + ", batches of " + batchSize, table("tree"), rows, batchSize);
            assertThat(database.query("select count(*) from tree"))
                    .as("seed %s", seed)
                    .containsExactly(List.of(String.valueOf(count)));
        }
        syncTwice(
                "one row",
                table("tree"),
                List.of(Row.of("id", 7, "parent", rootsAreTheirOwnParents ? 7 : null, "name", "last")),
                3);
    }

    @Test
    void rows_that_refer_to_each_other_come_and_go() {
        database.execute(
                "create table tree (id int primary key, parent int, foreign key (parent) references tree (id))");
        syncTwice("circle", table("tree"), List.of(Row.of("id", 1, "parent", 2), Row.of("id", 2, "parent", 1)), 1);
        syncTwice("other", table("tree"), List.of(Row.of("id", 3, "parent", 3)), 1);
        assertThat(database.query("select id, parent from tree")).containsExactly(List.of("3", "3"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"int", "int not null"})
    void a_row_that_is_its_own_parent_is_replaced_by_another(String type) {
        database.execute("create table tree (id int primary key, parent " + type
                + ", foreign key (parent) references tree (id))");
        for (int id = 1; id <= 3; id++) {
            syncTwice("row " + id, table("tree"), List.of(Row.of("id", id, "parent", id)), 1_000);
        }
        assertThat(database.query("select id, parent from tree")).containsExactly(List.of("3", "3"));
    }

    @Test
    void a_row_without_its_parent_is_left_out_alone() throws Exception {
        database.execute(
                "create table tree (id int primary key, parent int, foreign key (parent) references tree (id))");
        JdbcTable tree = table("tree");

        List<Outcome> outcomes = Writing.to(tree, "id")
                .skipping()
                .expecting(3, 0, 0)
                .all(
                        tree,
                        List.of(
                                insert("id", 1, "parent", 3),
                                insert("id", 2, "parent", 99),
                                insert("id", 3, "parent", null)));

        assertThat(outcomes.get(0)).isEqualTo(Outcome.applied());
        assertThat(outcomes.get(1)).asString().contains("foreign key");
        assertThat(outcomes.get(2)).isEqualTo(Outcome.applied());
        assertThat(database.query("select id, parent from tree order by id"))
                .containsExactly(List.of("1", "3"), java.util.Arrays.asList("3", null));
    }

    // ---------------------------------------------------------------- conflicts

    @Test
    void notices_that_a_row_was_changed_since_it_was_compared() throws Exception {
        JdbcTable stock = stock();
        List<Row> rows = Reading.rows(stock, "id");
        JdbcTable checking = stock.optimistic();
        database.execute("update stock set amount = 11 where id = 1", "delete from stock where id = 2");
        database.execute("update stock set note = 'other' where id = 3", "update stock set note = 'x' where id = 4");

        List<Outcome> outcomes = Writing.to(checking, "id")
                .expecting(0, 4, 1)
                .all(
                        checking,
                        List.of(
                                delete(rows.get(3)),
                                update(rows.get(0), "amount", 12),
                                update(rows.get(1), "amount", 12),
                                update(rows.get(2), "amount", 12),
                                update(rows.get(4), "amount", null)));

        assertThat(outcomes.get(0)).asString().contains("changed since it was compared");
        assertThat(outcomes.get(1)).asString().contains("changed since it was compared");
        assertThat(outcomes.get(2)).asString().contains("no longer there");
        // nobody has changed the column that this one writes
        assertThat(outcomes.get(3)).isEqualTo(Outcome.applied());
        assertThat(outcomes.get(4)).isEqualTo(Outcome.applied());
        assertThat(database.query("select id, amount from stock order by id"))
                .containsExactly(
                        List.of("1", "11"), List.of("3", "12"), List.of("4", "40"), java.util.Arrays.asList("5", null));
        try (ChangeWriter<Row> writer = checking.open(Writing.to(checking, "id"));
                ChangeWriter<Row> other = stock.open(Writing.to(stock, "id"))) {
            assertThat(writer.method()).contains("rows checked for changes in between");
            assertThat(other.method()).contains("the last writer wins");
        }
    }

    JdbcTable stock() {
        database.execute(
                "create table stock (id int primary key, place varchar(10), amount int, note varchar(20))",
                "insert into stock values (1, 'here', 10, null)",
                "insert into stock values (2, 'here', 20, null)",
                "insert into stock values (3, 'there', 30, null)",
                "insert into stock values (4, 'there', 40, null)",
                "insert into stock values (5, 'here', 50, null)");
        return table("stock");
    }

    // ---------------------------------------------------------------- scopes

    @Test
    void writes_within_a_scope_only() throws Exception {
        JdbcTable stock = stock();
        List<Row> rows = Reading.rows(stock, "id");
        JdbcTable here = stock.within("place = ? or place = ?", "here", "also here");

        List<Outcome> outcomes = Writing.to(here, "id")
                .skipping()
                .expecting(2, 3, 2)
                .all(
                        here,
                        List.of(
                                delete(rows.get(0)),
                                delete(rows.get(3)),
                                update(rows.get(1), "amount", 21),
                                update(rows.get(2), "amount", 31),
                                update(rows.get(4), "place", "away"),
                                insert("id", 6, "place", "also here"),
                                insert("id", 7, "place", "away")));

        assertThat(outcomes.get(0)).isEqualTo(Outcome.applied());
        assertThat(outcomes.get(1)).asString().contains("no longer there, or has left the scope");
        assertThat(outcomes.get(2)).isEqualTo(Outcome.applied());
        assertThat(outcomes.get(3)).isInstanceOf(Outcome.Conflict.class);
        assertThat(outcomes.get(4)).asString().contains("outside of the scope");
        assertThat(outcomes.get(5)).isEqualTo(Outcome.applied());
        assertThat(outcomes.get(6)).asString().contains("outside of the scope");
        assertThat(database.query("select id, place, amount from stock order by id"))
                .containsExactly(
                        List.of("2", "here", "21"),
                        List.of("3", "there", "30"),
                        List.of("4", "there", "40"),
                        List.of("5", "here", "50"),
                        java.util.Arrays.asList("6", "also here", null));
    }

    // ---------------------------------------------------------------- columns that belong to others

    @Test
    void leaves_columns_of_others_alone() throws Exception {
        JdbcTable stock = stock();
        List<Row> rows = Reading.rows(stock, "id");
        JdbcTable partly = stock.insertOnly("note").preserve("place");

        Writing.to(partly, "id")
                .all(
                        partly,
                        List.of(
                                update(rows.get(0), "note", "new", "place", "new", "amount", 7),
                                update(rows.get(1), "note", "new"),
                                insert("id", 6, "note", "first", "place", "mine")));

        assertThat(database.query("select place, amount, note from stock where id in (1, 2, 6) order by id"))
                .containsExactly(
                        java.util.Arrays.asList("here", "7", null),
                        java.util.Arrays.asList("here", "20", null),
                        java.util.Arrays.asList(null, null, "first"));
    }

    // ---------------------------------------------------------------- what the database does by itself

    @Test
    void refuses_deletes_that_cascade() throws Exception {
        JdbcTable stock = stock();
        database.execute("create table moves (id int primary key, stock int, foreign key (stock) references stock (id)"
                + " on delete cascade)");
        database.execute("insert into moves values (1, 1)");
        List<Row> rows = Reading.rows(stock, "id");

        ReadException failure = catchThrowableOfType(
                ReadException.class, () -> Writing.to(stock, "id").all(stock, List.of(delete(rows.get(0)))));

        assertThat(failure.code()).isEqualTo("E-JDBC-CASCADE");
        assertThat(failure.getMessage().toLowerCase(java.util.Locale.ROOT))
                .contains("moves", "on delete cascade", "allowcascades()");
        Writing.to(stock, "id").all(stock, List.of(update(rows.get(0), "amount", 1)));
        JdbcTable allowed = stock.allowCascades();
        Writing context = Writing.to(allowed, "id");
        context.all(allowed, List.of(delete(rows.get(0))));
        assertThat(context.warnings).hasSize(1).first().asString().contains("this report does not count");
        assertThat(database.query("select count(*) from moves")).containsExactly(List.of("0"));
    }

    // ---------------------------------------------------------------- transactions

    @Test
    void commits_several_times() throws Exception {
        JdbcTable stock = stock();
        try (ChangeWriter<Row> writer = stock.open(Writing.to(stock, "id").expecting(3, 0, 0))) {
            writer.write(List.of(insert("id", 11)));
            writer.commit();
            writer.write(List.of(insert("id", 12)));
            writer.commit();
            writer.write(List.of(insert("id", 13)));
        }
        assertThat(stock.canCommitInParts()).isTrue();
        assertThat(database.query("select id from stock where id > 10 order by id"))
                .containsExactly(List.of("11"), List.of("12"));
    }

    /** A group's transaction, as the engine would have it. */
    private static final class Joint implements JointTransaction {

        private Participant participant;

        @Override
        public <P extends Participant> P join(Object owner, Class<P> type, Callable<P> opener) throws Exception {
            if (participant == null) {
                participant = opener.call();
            }
            return type.cast(participant);
        }
    }

    @Test
    void several_tables_are_written_in_one_transaction() throws Exception {
        JdbcTable stock = stock();
        database.execute(
                "create table moves (id int primary key, stock int, foreign key (stock) references stock (id))");
        JdbcTable moves = table("moves");
        Joint joint = new Joint();
        try (ChangeWriter<Row> one = stock.open(Writing.to(stock, "id").within(joint));
                ChangeWriter<Row> other = moves.open(Writing.to(moves, "id").within(joint))) {
            one.write(List.of(insert("id", 11)));
            one.commit();
            other.write(List.of(insert("id", 1, "stock", 11)));
            other.commit();
        }
        assertThat(moves.refersTo(stock)).isTrue();
        assertThat(stock.refersTo(moves)).isFalse();
        joint.participant.commit();
        joint.participant.close();
        assertThat(database.query("select stock from moves")).containsExactly(List.of("11"));
        Joint undone = new Joint();
        try (ChangeWriter<Row> writer = stock.open(Writing.to(stock, "id").within(undone))) {
            writer.write(List.of(insert("id", 12)));
            writer.commit();
        }
        undone.participant.close();
        assertThat(database.query("select count(*) from stock where id = 12")).containsExactly(List.of("0"));
    }

    @Test
    void a_bad_row_among_many_is_found_in_few_statements() throws Exception {
        database.execute("create table checked (id int primary key, n int check (n >= 0))");
        JdbcTable checked = table("checked");
        List<Change<Row>> changes = new ArrayList<>();
        for (int id = 0; id < 1_000; id++) {
            changes.add(insert("id", id, "n", id == 617 || id == 3 ? -1 : id));
        }

        List<Outcome> outcomes = Writing.to(checked, "id").skipping().all(checked, changes);

        assertThat(outcomes).filteredOn(Outcome.Rejected.class::isInstance).hasSize(2);
        assertThat(outcomes.get(617)).asString().contains("check constraint");
        assertThat(outcomes.get(3)).asString().contains("SQLState");
        assertThat(database.query("select count(*) from checked")).containsExactly(List.of("998"));
    }
}
