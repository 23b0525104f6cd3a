package dev.datasync.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.SyncPlan;
import dev.datasync.jdbc.database.Product;
import dev.datasync.jdbc.database.TestDatabase;
import dev.datasync.match.Matcher;
import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.run.SyncReport;
import dev.datasync.source.Completion;
import dev.datasync.source.ReadContext;
import dev.datasync.source.Receiver;
import dev.datasync.source.Source;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A million rows written, compared and copied by a process with a heap of 96 MiB, against real servers. How many is set
 * by the system property {@code datasync.rows}.
 */
@Tag("long")
final class MillionRowsTest {

    private static final int ROWS = Integer.getInteger("datasync.rows", 1_000_000);

    @ParameterizedTest
    @EnumSource(
            value = Product.class,
            names = {"POSTGRESQL", "MARIADB"})
    void a_heap_of_96_mebibytes_is_enough(Product product) throws Exception {
        try (TestDatabase database = product.open()) {
            String url = url(database);
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx96m",
                            "-Ddatasync.rows=" + ROWS,
                            "-cp",
                            System.getProperty("java.class.path"),
                            Child.class.getName(),
                            url,
                            product == Product.POSTGRESQL ? "postgres" : "root")
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(process.waitFor()).as(output).isZero();
            assertThat(output)
                    .contains(
                            "first inserted " + ROWS + " written " + ROWS + " unchanged 0",
                            "again inserted 0 written 0 unchanged " + ROWS,
                            "copied inserted " + ROWS + " written " + ROWS + " unchanged 0");
            assertThat(database.query("select count(*), count(distinct name) from copied"))
                    .containsExactly(List.of(Integer.toString(ROWS), Integer.toString(ROWS)));
        }
    }

    private static String url(TestDatabase database) throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            return connection.getMetaData().getURL();
        }
    }

    /** The process with the small heap. */
    static final class Child {

        private Child() {}

        public static void main(String[] arguments) {
            try (JdbcDatabase database = JdbcDatabase.connect(arguments[0], arguments[1], () -> "")) {
                JdbcTable target = database.table("million").createIfMissing();
                run("first", new Generated(), target);
                run("again", new Generated(), target);
                run("copied", target, database.table("copied").createIfMissing());
            }
        }

        private static void run(String name, Source<Row> source, JdbcTable target) {
            long began = System.nanoTime();
            SyncReport report = SyncPlan.named(name)
                    .from(source)
                    .match(Matcher.on("id"))
                    .into(target)
                    .build()
                    .run();
            System.out.printf(
                    "%s inserted %d written %d unchanged %d; %s in %d s%n",
                    name,
                    report.counts().inserted(),
                    report.counts().written(),
                    report.counts().unchanged(),
                    report.method(),
                    (System.nanoTime() - began) / 1_000_000_000);
        }
    }

    /** Generates rows, the keys scattered by a multiplication that visits each of them once. */
    private record Generated() implements Source<Row> {

        private static final Schema SCHEMA = Schema.of(
                Field.of("id", FieldType.integer()),
                Field.of("name", FieldType.text(40)),
                Field.of("price", FieldType.decimal(9, 2)),
                Field.of("changed_at", FieldType.instant(3)),
                Field.of("note", FieldType.text()));

        private static final long SCATTER = 2_654_435_761L;

        @Override
        public Completion read(Receiver<? super Row> receiver, ReadContext context) {
            for (int i = 0; i < ROWS; i++) {
                long id = i * SCATTER % ROWS;
                receiver.accept(SCHEMA.row(
                        id,
                        "name of " + id,
                        BigDecimal.valueOf(id, 2),
                        Instant.ofEpochSecond(1_700_000_000 + id),
                        "a note somewhat longer, for " + id));
            }
            return Completion.complete();
        }
    }
}
