package dev.datasync.jdbc;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A few changes of a transaction, by which can be seen whether it was committed: the first and last of each kind. */
final class Witnesses {

    private record Witness(TableDefinition table, ChangeBinder binder, BoundChange change) {}

    private final Map<TableName, Map<Shape.Kind, Witness>> first = new LinkedHashMap<>();
    private final Map<TableName, Map<Shape.Kind, Witness>> last = new LinkedHashMap<>();

    void add(TableDefinition table, ChangeBinder binder, BoundChange change) {
        Witness witness = new Witness(table, binder, change);
        Shape.Kind kind = change.shape().kind();
        first.computeIfAbsent(table.name(), name -> new EnumMap<>(Shape.Kind.class))
                .putIfAbsent(kind, witness);
        last.computeIfAbsent(table.name(), name -> new EnumMap<>(Shape.Kind.class))
                .put(kind, witness);
    }

    void clear() {
        first.clear();
        last.clear();
    }

    /** Returns whether all of them are there, or none is; empty when neither is so, or none can tell. */
    Optional<Boolean> areThere(Session session) throws SQLException {
        List<Witness> all = new ArrayList<>();
        first.values().forEach(some -> all.addAll(some.values()));
        last.values().forEach(some -> all.addAll(some.values()));
        Optional<Boolean> known = Optional.empty();
        for (Witness witness : all) {
            Optional<Boolean> there = isThere(session, witness);
            if (there.isEmpty()) {
                continue;
            }
            if (known.isPresent() && !known.equals(there)) {
                return Optional.empty();
            }
            known = there;
        }
        return known;
    }

    private static Optional<Boolean> isThere(Session session, Witness witness) throws SQLException {
        return switch (witness.change().shape().kind()) {
            case INSERT ->
                witness.binder().identityAfter(witness.change()).length == 0
                        ? Optional.empty()
                        : Optional.of(exists(session, witness, witness.binder().identityAfter(witness.change())));
            case DELETE ->
                Optional.of(!exists(session, witness, witness.binder().identityBefore(witness.change())));
            case UPDATE -> isUpdated(session, witness);
        };
    }

    private static boolean exists(Session session, Witness witness, @Nullable Object[] identity) throws SQLException {
        return new RowLook(session, witness.table(), witness.binder()).exists(identity, List.of(), List.of());
    }

    /** Compares the new and the old values of the columns that can be compared. */
    private static Optional<Boolean> isUpdated(Session session, Witness witness) throws SQLException {
        ChangeBinder binder = witness.binder();
        BoundChange change = witness.change();
        OldValues comparable = OldValues.of(witness.table(), session.dialect().jooq());
        List<Integer> columns = new ArrayList<>();
        List<@Nullable Object> before = new ArrayList<>();
        List<@Nullable Object> after = new ArrayList<>();
        for (int column : change.shape().columns()) {
            if (comparable.isChecked(column)) {
                columns.add(column);
                before.add(binder.before(change, column));
                after.add(binder.after(change, column));
            }
        }
        if (before.equals(after)) {
            return Optional.empty();
        }
        RowLook look = new RowLook(session, witness.table(), binder);
        if (look.exists(binder.identityAfter(change), columns, after)) {
            return Optional.of(true);
        }
        return look.exists(binder.identityBefore(change), columns, before) ? Optional.of(false) : Optional.empty();
    }
}
