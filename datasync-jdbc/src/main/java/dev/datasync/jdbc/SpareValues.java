package dev.datasync.jdbc;

import dev.datasync.row.FieldType;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Values that no row of a table has, for unique columns that must have one while rows exchange theirs. Numbers beyond
 * all others, texts and UUIDs by chance; should one be taken all the same, the database refuses it and nothing is lost.
 */
final class SpareValues {

    private static final int SHORTEST_TEXT = 12;

    private static final int LONGEST_TEXT = 32;

    private final Session session;
    private final TableDefinition table;
    private final ChangeBinder binder;
    private final RandomGenerator random;
    private final Map<Integer, BigDecimal> next = new HashMap<>();

    SpareValues(Session session, TableDefinition table, ChangeBinder binder, RandomGenerator random) {
        this.session = session;
        this.table = table;
        this.binder = binder;
        this.random = random;
    }

    /**
     * Returns a value that is free, or {@code null} when none can be made.
     *
     * @param others the changes that are about to be written, whose values are not free either
     */
    @Nullable
    Object value(int column, List<BoundChange> others) throws SQLException {
        FieldType type = table.codec(column).type();
        if (type instanceof FieldType.Uuid) {
            return new UUID(random.nextLong(), random.nextLong());
        }
        if (type instanceof FieldType.Text text) {
            int length = Math.min(text.maxLength(), LONGEST_TEXT);
            byte[] bytes = new byte[LONGEST_TEXT / 2];
            random.nextBytes(bytes);
            return length < SHORTEST_TEXT
                    ? null
                    : HexFormat.of().formatHex(bytes).substring(0, length);
        }
        if (type instanceof FieldType.Whole || type instanceof FieldType.Decimal) {
            return number(column, others);
        }
        return null;
    }

    private @Nullable Object number(int column, List<BoundChange> others) throws SQLException {
        BigDecimal value = next.get(column);
        if (value == null) {
            value = largest(column, others);
        }
        value = value.add(BigDecimal.ONE);
        next.put(column, value);
        try {
            return table.codec(column).stored(value);
        } catch (dev.datasync.row.ConversionException e) {
            return null;
        }
    }

    private BigDecimal largest(int column, List<BoundChange> others) throws SQLException {
        BigDecimal largest = BigDecimal.ZERO;
        String name = table.schema().field(column).name();
        String query = new Statements(session.jooq(), table.name().qualified()).largest(name);
        try (PreparedStatement statement = session.connection().prepareStatement(query);
                ResultSet rows = statement.executeQuery()) {
            BigDecimal found = rows.next() ? rows.getBigDecimal(1) : null;
            largest = found == null ? largest : largest.max(found);
        }
        for (BoundChange other : others) {
            Object after = binder.after(other, column);
            if (after != null) {
                largest = largest.max(new BigDecimal(after.toString()));
            }
        }
        return largest.setScale(0, java.math.RoundingMode.CEILING);
    }
}
