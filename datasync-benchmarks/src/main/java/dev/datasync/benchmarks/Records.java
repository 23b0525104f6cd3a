package dev.datasync.benchmarks;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The generated table: a key and nine more columns, about 120 bytes a row, in an old and a new state. What becomes of a
 * record depends on its number alone, so that both states can be written without holding either.
 *
 * @param count how many records there are in both states together
 * @param updated how many of a thousand records are other in the new state
 * @param key what the key is made of
 */
record Records(int count, int updated, Key key) {

    /** Of a thousand records, how many are in the new state only, and how many in the old one only. */
    private static final int INSERTED = 5;

    private static final int DELETED = 5;
    private static final int WHOLE = 1_000;

    private static final String[] CITIES = {
        "München", "Reykjavík", "São Paulo", "Łódź", "東京", "Αθήνα", "New York", "Springfield", "Kyjiw", "Tórshavn"
    };

    /** What the key is made of. */
    enum Key {
        NUMBER("id bigint not null", List.of("id")),
        TWO_TEXTS("region text not null, code text not null", List.of("region", "code"));

        final String definition;

        @SuppressWarnings("ImmutableEnumChecker") // List.of is
        final List<String> columns;

        Key(String definition, List<String> columns) {
            this.definition = definition;
            this.columns = columns;
        }
    }

    /** Which of the two states. */
    enum State {
        OLD,
        NEW
    }

    /** In which order the records come. */
    enum Order {
        BY_KEY,
        RANDOM
    }

    /** The columns behind the key. */
    static final List<String> COLUMNS =
            List.of("name", "email", "city", "amount", "quantity", "active", "born", "changed", "note");

    String definition() {
        return key.definition + ", name text not null, email text, city text, amount numeric(12,2), quantity integer,"
                + " active boolean, born date, changed timestamptz, note text, primary key ("
                + String.join(", ", key.columns) + ")";
    }

    /** Writes a state as a CSV file with a header, in which nothing at all stands for null. */
    void write(Path file, State state, Order order) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write(String.join(",", key.columns) + "," + String.join(",", COLUMNS) + "\n");
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < count; i++) {
                int number = order == Order.BY_KEY ? i : shuffled(i);
                int kind = (int) Long.remainderUnsigned(mixed(number), WHOLE);
                if (isIn(state, kind)) {
                    line.setLength(0);
                    append(line, number, state == State.NEW && kind < updated ? 1 : 0);
                    out.append(line);
                }
            }
        }
    }

    private boolean isIn(State state, int kind) {
        if (kind >= WHOLE - INSERTED) {
            return state == State.NEW;
        }
        return kind < WHOLE - INSERTED - DELETED || state == State.OLD;
    }

    private void append(StringBuilder line, int number, int version) {
        long random = mixed(number + 1L + count);
        if (key == Key.NUMBER) {
            line.append(number);
        } else {
            line.append("region ").append(number % 50).append(",C-").append(number);
        }
        int person = (int) (random & 0xFFFF);
        line.append(",\"Person ")
                .append(person)
                .append(", \"\"the ")
                .append(number % 97)
                .append("th\"\"\",person");
        line.append(number).append("@example.org,").append(CITIES[(int) (random >>> 16 & 0xFF) % CITIES.length]);
        line.append(',').append(random >>> 24 & 0xFFFFF).append('.');
        two(line, (number + version) % 100);
        line.append(',').append((random >>> 44 & 0x3FF) + version).append(',').append((random & 1) == 0);
        line.append(',').append(1950 + person % 60).append('-');
        two(line, 1 + number % 12).append('-');
        two(line, 1 + number % 28).append(",2025-06-");
        two(line, 1 + number % 30).append('T');
        two(line, number % 24).append(':');
        two(line, number % 60).append(':');
        two(line, number % 59).append(String.format(Locale.ROOT, ".%06dZ,", random >>> 4 & 0x7FFFF));
        if (number % 4 != 0) {
            line.append("a note of some length about ").append(number).append(version == 0 ? "" : " (revised)");
        }
        line.append('\n');
    }

    private static StringBuilder two(StringBuilder line, int number) {
        return line.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
    }

    /** Returns a number below the count, another for each place: the count must have no factor in common with a prime. */
    private int shuffled(int place) {
        return (int) ((place * 2_147_483_647L + 12_345) % count);
    }

    /** The finalizer of SplittableRandom: each bit of the number decides about each of the result. */
    private static long mixed(long number) {
        long z = (number + 1) * 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
