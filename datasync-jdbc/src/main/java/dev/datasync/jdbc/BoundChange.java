package dev.datasync.jdbc;

import dev.datasync.change.Change;
import dev.datasync.row.Row;
import org.jspecify.annotations.Nullable;

/** A change that fits the table: the statement it needs and the values for its parameters. */
final class BoundChange {

    private final int place;
    private final Change<Row> change;
    private final Shape shape;
    private final @Nullable Object[] values;

    /**
     * Creates a bound change.
     *
     * @param place its place among the changes that are written together
     * @param values a value in its stored form for each parameter; kept
     */
    BoundChange(int place, Change<Row> change, Shape shape, @Nullable Object[] values) {
        this.place = place;
        this.change = change;
        this.shape = shape;
        this.values = values;
    }

    /** Returns another statement for the same change. */
    BoundChange as(Shape other, @Nullable Object[] otherValues) {
        return new BoundChange(place, change, other, otherValues);
    }

    int place() {
        return place;
    }

    Change<Row> change() {
        return change;
    }

    Shape shape() {
        return shape;
    }

    int size() {
        return values.length;
    }

    @Nullable
    Object value(int parameter) {
        return values[parameter];
    }

    /** Returns a copy of all values. */
    @Nullable
    Object[] values() {
        return values.clone();
    }
}
