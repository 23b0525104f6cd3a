package dev.datasync.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.http.PagedServer.Scheme;
import dev.datasync.row.Row;
import dev.datasync.source.Completion;
import dev.datasync.testkit.Reading;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How records are divided into pages, and how many are read at once, changes nothing. */
class HttpPagesPropertyTest {

    private static final int TABLES = 56;
    private static final List<Scheme> SCHEMES = List.of(Scheme.values());
    private static final int[] LETTERS =
            "a\u00e4\n\r\"\\/{}[],:\u2028\u0001 \ud83d\ude00".codePoints().toArray();

    @Test
    void any_table_is_the_same_in_pages_of_any_size_by_any_scheme() throws Exception {
        for (int table = 0; table < TABLES; table++) {
            Scheme scheme = SCHEMES.get(table % SCHEMES.size());
            long seed = 1_000L + table;
            Random random = new Random(seed);
            List<Row> rows = table(random);
            int size = 2 + random.nextInt(Math.max(1, rows.size() + 2));
            int ahead = 1 + random.nextInt(6);
            boolean changesSize = random.nextBoolean();
            String what = "seed " + seed + ": " + scheme + ", " + rows.size() + " rows, pages of " + size + ", " + ahead
                    + " ahead";
            try (PagedServer server = new PagedServer(scheme, size, rows)) {
                boolean isFree = scheme != Scheme.NUMBER && scheme != Scheme.NUMBER_AND_TOTAL;
                if (changesSize && isFree) {
                    server.meanwhile((requests, records) -> server.cap(2 + requests % 5));
                }
                HttpResource resource = server.resource().ahead(ahead);
                Reading<Row> reading = Reading.of(random.nextBoolean() ? resource.id("id") : resource);
                assertThat(reading.records()).as(what).isEqualTo(rows);
                assertThat(reading.completion()).as(what).isEqualTo(Completion.complete());
                assertThat(reading.rejections()).as(what).isEmpty();
            }
        }
    }

    private static List<Row> table(Random random) {
        List<Row> rows = new ArrayList<>();
        int count = random.nextInt(60);
        for (long id = 1; id <= count; id++) {
            List<@Nullable Object> members = new ArrayList<>(List.of("id", id));
            for (String name : new String[] {"a", "b", "c"}) {
                if (random.nextInt(4) > 0) {
                    members.add(name);
                    members.add(value(random));
                }
            }
            rows.add(Row.of(members.toArray()));
        }
        return rows;
    }

    private static @Nullable Object value(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> null;
            case 1 -> random.nextLong() >> random.nextInt(64);
            case 2 -> new BigDecimal(random.nextInt()).movePointLeft(1 + random.nextInt(9));
            case 3 -> random.nextBoolean();
            default -> text(random);
        };
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            text.appendCodePoint(LETTERS[random.nextInt(LETTERS.length)]);
        }
        return text.toString();
    }
}
