package dev.datasync.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class RowTest {

    private static final Row PRODUCT = Row.of("id", 4, "name", "Pen", "price", "1.10", "active", "yes", "note", null);

    @Test
    void getters_convert() {
        UUID uuid = UUID.randomUUID();
        Row row = Row.of(
                "number",
                "12",
                "real",
                "1.5",
                "date",
                "2025-12-31",
                "time",
                "10:11",
                "stamp",
                "2025-12-31T10:11",
                "instant",
                "2025-12-31T10:11:00Z",
                "uuid",
                uuid.toString(),
                "bytes",
                "AQI=",
                "list",
                List.of(1),
                "map",
                Map.of("a", 1));

        assertThat(row.text("number")).isEqualTo("12");
        assertThat(row.integer("number")).isEqualTo(12);
        assertThat(row.decimal("real")).isEqualTo(new BigDecimal("1.5"));
        assertThat(row.float64("real")).isEqualTo(1.5);
        assertThat(row.date("date")).isEqualTo(LocalDate.of(2025, 12, 31));
        assertThat(row.time("time")).isEqualTo(LocalTime.of(10, 11));
        assertThat(row.timestamp("stamp")).isEqualTo(LocalDateTime.of(2025, 12, 31, 10, 11));
        assertThat(row.instant("instant")).isEqualTo(Instant.parse("2025-12-31T10:11:00Z"));
        assertThat(row.uuid("uuid")).isEqualTo(uuid);
        assertThat(row.binary("bytes")).containsExactly(1, 2);
        assertThat(row.list("list")).isEqualTo(List.of(1L));
        assertThat(row.map("map")).isEqualTo(Map.of("a", 1L));
        assertThat(PRODUCT.bool("active")).isTrue();
    }

    @Test
    void getters_fail_with_the_name_of_the_field_and_without_its_value() {
        assertThatThrownBy(() -> PRODUCT.integer("price"))
                .isInstanceOf(RowException.class)
                .hasMessageContaining("'price'")
                .hasMessageNotContaining("1.10");
        assertThatThrownBy(() -> PRODUCT.text("note"))
                .hasMessageContaining("'note' is null")
                .hasMessageContaining("fallback");
        assertThatThrownBy(() -> PRODUCT.text("colour"))
                .hasMessageContaining("'colour'")
                .hasMessageContaining("[id, name, price, active, note]")
                .satisfies(e -> assertThat(((RowException) e).field()).isEqualTo("colour"));
    }

    @Test
    void fallbacks_stand_in_for_null_only() {
        assertThat(PRODUCT.text("note", "none")).isEqualTo("none");
        assertThat(PRODUCT.integer("note", 7)).isEqualTo(7);
        assertThat(PRODUCT.decimal("note", BigDecimal.TEN)).isEqualTo(BigDecimal.TEN);
        assertThat(PRODUCT.float64("note", 1.5)).isEqualTo(1.5);
        assertThat(PRODUCT.bool("note", true)).isTrue();
        assertThatThrownBy(() -> PRODUCT.integer("name", 7)).isInstanceOf(RowException.class);
        assertThatThrownBy(() -> PRODUCT.integer("colour", 7)).isInstanceOf(RowException.class);
    }

    @Test
    void changes_make_new_rows_and_share_schemas() {
        Row other = PRODUCT.with("name", "Ink");
        Row longer = PRODUCT.with("colour", "blue");

        assertThat(PRODUCT.text("name")).isEqualTo("Pen");
        assertThat(other.text("name")).isEqualTo("Ink");
        assertThat(other.schema()).isSameAs(PRODUCT.schema());
        assertThat(longer.schema().names()).endsWith("note", "colour");
        assertThat(PRODUCT.with("colour", "red").schema()).isSameAs(longer.schema());
        assertThat(PRODUCT.rename("id", "key").integer("key")).isEqualTo(4);
        assertThat(PRODUCT.rename("id", "key").schema())
                .isSameAs(PRODUCT.rename("id", "key").schema());
        assertThat(PRODUCT.without("note", "price").schema().names()).containsExactly("id", "name", "active");
        assertThat(PRODUCT.select("name", "id")).isEqualTo(Row.of("name", "Pen", "id", 4));
        assertThat(PRODUCT.with("price", new BigDecimal("2"))
                        .schema()
                        .field("price")
                        .type())
                .isEqualTo(FieldType.decimal());
        assertThat(PRODUCT.with("price", null).schema().field("price").type()).isEqualTo(FieldType.text());
    }

    @Test
    void decimals_keep_their_scale() {
        assertThat(Row.of("price", new BigDecimal("1.10")).value("price")).isEqualTo(new BigDecimal("1.10"));
        assertThat(PRODUCT.with("price", new BigDecimal("1.10")).decimal("price"))
                .isEqualTo(new BigDecimal("1.10"));
    }

    @Test
    void changes_fail_with_the_name_of_the_field() {
        assertThatThrownBy(() -> PRODUCT.without("colour")).hasMessageContaining("'colour'");
        assertThatThrownBy(() -> PRODUCT.select("colour")).hasMessageContaining("'colour'");
        assertThatThrownBy(() -> PRODUCT.rename("colour", "x")).hasMessageContaining("'colour'");
        assertThatThrownBy(() -> PRODUCT.rename("id", "name")).hasMessageContaining("'name' is there twice");
        assertThatThrownBy(() -> PRODUCT.with("x", new Object()))
                .isInstanceOf(RowException.class)
                .hasMessageContaining("'x'");
        assertThatThrownBy(() -> Row.of("id")).hasMessageContaining("pairs");
        assertThatThrownBy(() -> Row.of(1, 2)).hasMessageContaining("argument 0");
    }

    @Test
    void names_are_found_ignoring_case_and_underscores_when_that_is_clear() {
        Schema schema = Schema.ofText("ID", "unit_price", "Name", "name");

        assertThat(schema.indexOf("id")).isZero();
        assertThat(schema.indexOf("unitPrice")).isEqualTo(1);
        assertThat(schema.indexOf("name")).isEqualTo(3);
        assertThat(schema.indexOf("Name")).isEqualTo(2);
        assertThat(schema.indexOf("NAME")).isEqualTo(-1);
        assertThat(schema.indexOf("nothing")).isEqualTo(-1);
    }

    enum Size {
        SMALL,
        LARGE
    }

    record Article(
            int id,
            String name,
            BigDecimal unitPrice,
            BigInteger stock,
            short shelf,
            byte row,
            float weight,
            double volume,
            char grade,
            Size size,
            OffsetDateTime added,
            ZonedDateTime changed,
            Date printed,
            Boolean active,
            String note) {}

    @Test
    @SuppressWarnings("JavaUtilDate") // what old code has in its records
    void becomes_a_java_record_and_comes_back() {
        Instant instant = Instant.parse("2025-12-31T10:11:00Z");
        Article article = new Article(
                4,
                "Pen",
                new BigDecimal("1.1"),
                BigInteger.TEN,
                (short) 2,
                (byte) 3,
                0.5f,
                1.5,
                'A',
                Size.LARGE,
                instant.atOffset(ZoneOffset.UTC),
                instant.atZone(ZoneOffset.UTC),
                Date.from(instant),
                true,
                null);

        Row row = Row.from(article);

        assertThat(row.as(Article.class)).isEqualTo(article);
        assertThat(row.value("size")).isEqualTo("LARGE");
        assertThat(row.schema().field("id").is(Field.Trait.NOT_NULL)).isTrue();
        assertThat(row.rename("unitPrice", "unit_price").as(Article.class)).isEqualTo(article);
    }

    record Point(int x, int y) {

        Point {
            if (x > 100) {
                throw new IllegalStateException("too far");
            }
        }
    }

    @Test
    void a_record_that_does_not_fit_fails_with_the_name_of_the_field() {
        assertThatThrownBy(() -> Row.of("x", 1).as(Point.class)).hasMessageContaining("'y'");
        assertThatThrownBy(() -> Row.of("x", 1, "y", null).as(Point.class))
                .hasMessageContaining("'y' is null")
                .hasMessageContaining("primitive");
        assertThatThrownBy(() -> Row.of("x", 1, "y", "far").as(Point.class))
                .hasMessageContaining("'y'")
                .hasMessageNotContaining("far");
        assertThatThrownBy(() -> Row.of("x", 1, "y", 5_000_000_000L).as(Point.class))
                .hasMessageContaining("'y'");
        assertThatThrownBy(() -> Row.of("x", 101, "y", 1).as(Point.class))
                .isInstanceOf(RowException.class)
                .hasMessageContaining("refuses")
                .hasMessageNotContaining("too far");
    }

    @Test
    void equality_is_by_names_and_values() {
        assertThat(Row.of("a", new byte[] {1})).isEqualTo(Row.of("a", new byte[] {1}));
        assertThat(Row.of("a", new byte[] {1})).hasSameHashCodeAs(Row.of("a", new byte[] {1}));
        assertThat(Row.of("a", 1)).isNotEqualTo(Row.of("b", 1)).isNotEqualTo(Row.of("a", 2));
        assertThat(Row.of("a", 1, "b", null)).hasToString("{a=1, b=null}");
        assertThat(Arrays.asList(Row.of("a", 1))).contains(Row.of("a", 1));
    }
}
