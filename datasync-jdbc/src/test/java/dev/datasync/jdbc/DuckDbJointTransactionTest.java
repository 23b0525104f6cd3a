package dev.datasync.jdbc;

import static dev.datasync.jdbc.Writing.insert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.datasync.SyncPlan;
import dev.datasync.jdbc.database.DuckDbDatabase;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import dev.datasync.run.FailurePolicy;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.JointTransaction;
import dev.datasync.source.ReadException;
import dev.datasync.source.Source;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A product without savepoints can undo a batch only together with what others have written in the same transaction. */
@SuppressWarnings("try") // a writer may throw anything when it is closed
class DuckDbJointTransactionTest {

    private DuckDbDatabase database;

    @BeforeEach
    void open() throws Exception {
        database = new DuckDbDatabase();
    }

    @AfterEach
    void close() throws Exception {
        database.close();
    }

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
    void what_one_plan_has_written_is_not_lost_when_another_leaves_a_row_out() throws Exception {
        database.execute("create table stock (id int primary key)");
        database.execute("create table moves (id int primary key, amount int check (amount > 0))");
        JdbcTable stock = JdbcTable.named("stock").in(database.dataSource());
        JdbcTable moves = JdbcTable.named("moves").in(database.dataSource());
        Joint joint = new Joint();
        try (ChangeWriter<Row> one =
                        stock.open(Writing.to(stock, "id").skipping().within(joint));
                ChangeWriter<Row> other = moves.open(
                        Writing.to(moves, "id").skipping().expecting(2, 0, 0).within(joint))) {
            one.write(List.of(insert("id", 11)));
            one.commit();
            ReadException failure = catchThrowableOfType(
                    ReadException.class,
                    () -> other.write(List.of(insert("id", 1, "amount", -1), insert("id", 2, "amount", 1))));
            if (failure == null) {
                other.commit();
                joint.participant.commit();
                assertThat(database.query("select id from stock")).containsExactly(List.of("11"));
                assertThat(database.query("select id from moves")).containsExactly(List.of("2"));
            } else {
                assertThat(failure).hasMessageContaining("cannot be left out");
            }
        } finally {
            joint.participant.close();
        }
    }

    @Test
    void a_table_that_was_just_created_stays_when_a_row_is_left_out() throws Exception {
        JdbcTable stock = JdbcTable.named("stock")
                .in(database.dataSource())
                .createIfMissing()
                .within("amount > 0");
        List<Row> rows = List.of(Row.of("id", 1, "amount", -1), Row.of("id", 2, "amount", 1));
        SyncPlan.named("stock")
                .from(Source.of(() -> rows))
                .match(Matcher.<Row>on("id"))
                .into(stock)
                .onFailure(FailurePolicy.skipUpTo(1))
                .build()
                .run();
        assertThat(database.query("select id from stock")).containsExactly(List.of("2"));
    }
}
