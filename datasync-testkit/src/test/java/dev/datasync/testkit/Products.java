package dev.datasync.testkit;

import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.IntStream;

/** The rows of most tests: products with a number, a name and a price. */
final class Products {

    static final Schema SCHEMA = Schema.of(
            Field.of("id", FieldType.integer()),
            Field.of("name", FieldType.text()),
            Field.of("price", FieldType.decimal(9, 2)));

    private Products() {}

    static Row product(int id) {
        return product(id, "product " + id, "1.00");
    }

    static Row changed(int id) {
        return product(id, "changed " + id, "2.50");
    }

    static Row product(int id, String name, String price) {
        return SCHEMA.row((long) id, name, new BigDecimal(price));
    }

    static List<Row> products(int first, int last) {
        return IntStream.rangeClosed(first, last).mapToObj(Products::product).toList();
    }

    static InMemorySink target() {
        return InMemorySink.of(SCHEMA, "id");
    }

    static InMemorySink target(List<Row> rows) {
        return target().holding(rows);
    }
}
