package dev.datasync.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.SyncPlan;
import dev.datasync.change.Change;
import dev.datasync.change.Deletes;
import dev.datasync.match.Matcher;
import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.run.SyncReport;
import dev.datasync.source.Source;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random nested tables, written and read back, in files of random layout. */
class JsonRoundTripTest {

    private static final List<String> NAMES = List.of(
            "id", "name", "a.b", "a.c", "\"quoted\"", "\u00e4\n\\", "{", "x".repeat(300), "\ud83d\ude00", "null");

    @TempDir
    private Path folder;

    @Test
    void random_tables_come_back_as_they_were_written() throws Exception {
        for (long seed = 1; seed <= 75; seed++) {
            Random random = new Random(seed);
            Path path = folder.resolve("table" + seed + (random.nextBoolean() ? ".json" : ".json.gz"));
            JsonFile file =
                    JsonFile.at(path).layout(List.of(JsonLayout.values()).get(random.nextInt(3)));
            switch (random.nextInt(4)) {
                case 0 -> file = file.lines();
                case 1 -> file = file.array("/a/\"b\"");
                case 2 -> file = file.flatten("/");
                default -> {}
            }
            List<Row> rows = new ArrayList<>();
            Change<?>[] changes = new Change<?>[1 + random.nextInt(20)];
            for (int i = 0; i < changes.length; i++) {
                Row row = row(random);
                rows.add(row);
                changes[i] = Csv.insert(namesAndValues(row));
            }
            Schema schema = Schema.of(
                    NAMES.stream().map(name -> Field.of(name, FieldType.any())).toList());
            Json.create(file, schema, changes);
            List<Row> back = Json.rows(file);
            assertThat(back).as("seed %d", seed).hasSameSizeAs(rows);
            for (int i = 0; i < rows.size(); i++) {
                assertThat(canonical(back.get(i))).as("seed %d row %d", seed, i).isEqualTo(canonical(rows.get(i)));
            }
        }
    }

    private static Object[] namesAndValues(Row row) {
        List<@Nullable Object> all = new ArrayList<>();
        for (int i = 0; i < row.schema().size(); i++) {
            all.add(row.schema().field(i).name());
            all.add(row.value(i));
        }
        return all.toArray();
    }

    private static Object canonical(Row row) {
        return FieldType.map().convert(row);
    }

    private static Row row(Random random) {
        List<@Nullable Object> all = new ArrayList<>();
        for (String name : NAMES) {
            if (random.nextInt(4) > 0) {
                all.add(name);
                all.add(value(random, 0));
            }
        }
        return Row.of(all.toArray());
    }

    private static @Nullable Object value(Random random, int depth) {
        return switch (random.nextInt(depth > 3 ? 7 : 9)) {
            case 0 -> null;
            case 1 -> random.nextBoolean();
            case 2 -> random.nextLong();
            case 3 -> new BigDecimal(new BigInteger(1 + random.nextInt(200), random), random.nextInt(60) - 30);
            case 4 -> (long) random.nextInt(10);
            case 5 -> text(random);
            case 6 -> Json.NAUGHTY.get(random.nextInt(Json.NAUGHTY.size()));
            case 7 -> {
                List<@Nullable Object> list = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    list.add(value(random, depth + 1));
                }
                yield list;
            }
            default -> {
                // flattened fields cannot be nested as a whole
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                for (int i = depth == 0 ? 0 : random.nextInt(4); i > 0; i--) {
                    map.put(text(random), value(random, depth + 1));
                }
                yield map;
            }
        };
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            int point = random.nextInt(3) == 0 ? random.nextInt(0x110000) : random.nextInt(128);
            text.appendCodePoint(point >= 0xd800 && point < 0xe000 ? '"' : point);
        }
        return text.toString();
    }

    @Test
    void records_that_are_not_touched_keep_their_bytes_in_any_layout() throws Exception {
        for (long seed = 1; seed <= 75; seed++) {
            Random random = new Random(seed);
            boolean isLines = random.nextInt(3) == 0;
            boolean isInside = !isLines && random.nextBoolean();
            int count = 1 + random.nextInt(12);
            List<String> records = new ArrayList<>();
            for (int i = 1; i <= count; i++) {
                records.add(record(random, i, isLines));
            }
            String before =
                    isLines ? "" : isInside ? blanks(random) + "{\"x\":[{}]," + blanks(random) + "\"in\":[" : "[";
            String after = isLines ? "\n" : isInside ? "]," + blanks(random) + "\"y\":1.0}" + blanks(random) : "]\n";
            StringBuilder text = new StringBuilder(before);
            for (int i = 0; i < count; i++) {
                text.append(i == 0 ? "" : isLines ? "\n" : blanks(random) + ",").append(isLines ? "" : blanks(random));
                text.append(records.get(i));
            }
            text.append(isLines ? "" : blanks(random)).append(after);
            Path path = Csv.write(folder, "some.json", text.toString());
            JsonFile file = JsonFile.at(path);
            file = isLines ? file.lines() : isInside ? file.array("/in") : file;

            List<String> kept = new ArrayList<>();
            List<Change<?>> changes = new ArrayList<>();
            for (int i = 1; i <= count; i++) {
                String record = records.get(i - 1);
                switch (random.nextInt(4)) {
                    case 0 -> changes.add(Json.delete(file, i));
                    case 1 -> {
                        changes.add(Json.update(file, i, "name", "new"));
                        kept.add(record.replace("\"name " + i + "\"", "\"new\""));
                    }
                    default -> kept.add(record);
                }
            }
            for (int i = random.nextInt(3); i > 0; i--) {
                changes.add(Csv.insert("id", 100 + i, "name", "added"));
            }
            Json.change(file, changes.toArray(Change<?>[]::new));

            String now = Files.readString(path);
            int from = 0;
            for (String record : kept) {
                int at = now.indexOf(record, from);
                assertThat(at).as("seed %d: %s in %s", seed, record, now).isNotNegative();
                from = at + record.length();
            }
            if (!isLines) {
                assertThat(now).as("seed %d", seed).startsWith(before).endsWith(after);
            }
            long inserted =
                    changes.stream().filter(Change.Insert.class::isInstance).count();
            assertThat(Json.rows(file)).as("seed %d: %s", seed, now).hasSize(kept.size() + (int) inserted);
        }
    }

    private static String record(Random random, int number, boolean isLine) {
        String gap = isLine ? " ".repeat(random.nextInt(2)) : blanks(random);
        return "{" + gap + "\"id\"" + gap + ":" + gap + number + ".0," + gap + "\"name\":\"name " + number + "\"" + gap
                + ",\"more\":{\"a\":[1.50," + gap + "\"\\u0041\"]}" + gap + "}";
    }

    private static String blanks(Random random) {
        return List.of("", "", " ", "\n", "\r\n\t", "\n    ").get(random.nextInt(6));
    }

    @Test
    void random_runs_converge() throws Exception {
        for (long seed = 1; seed <= 20; seed++) {
            Random random = new Random(seed);
            Path path = folder.resolve("target" + seed + ".json");
            JsonFile file =
                    random.nextBoolean() ? JsonFile.at(path) : JsonFile.at(path).lines();
            for (int run = 0; run < 3; run++) {
                List<Row> rows = new ArrayList<>();
                for (int i = 0; i < 15; i++) {
                    if (random.nextInt(3) > 0) {
                        rows.add(Row.of(
                                "id",
                                i,
                                "name",
                                text(random),
                                "price",
                                random.nextInt(100) / 8.0,
                                "sold",
                                random.nextInt(3) == 0 ? null : random.nextBoolean(),
                                "tags",
                                List.of(random.nextInt(3), text(random)),
                                "nested",
                                Map.of(text(random), 1)));
                    }
                }
                rows.add(Row.of(
                        "id", 99, "name", "", "price", 0.5, "sold", true, "tags", List.of(), "nested", Map.of()));
                SyncPlan<Row> plan = SyncPlan.named("random")
                        .from(Source.of(() -> rows))
                        .match(Matcher.<Row>on("id"))
                        .into(file)
                        .deletes(Deletes.missing().unlimited())
                        .build();
                plan.run();
                byte[] written = Files.readAllBytes(path);
                SyncReport again = plan.run();
                assertThat(again.counts().written())
                        .as("seed %d: %s", seed, again)
                        .isZero();
                assertThat(Files.readAllBytes(path)).isEqualTo(written);
                assertThat(Json.rows(file)).as("seed %d", seed).hasSameSizeAs(rows);
                assertThat(new String(written, StandardCharsets.UTF_8)).isNotBlank();
            }
        }
    }
}
