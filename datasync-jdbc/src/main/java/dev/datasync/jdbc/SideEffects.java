package dev.datasync.jdbc;

import dev.datasync.sink.WriteContext;
import dev.datasync.source.ReadException;
import java.sql.SQLException;
import java.util.List;

/** What the database does by itself when rows of a table are written: found out, and told, before the first write. */
final class SideEffects {

    private final Session session;
    private final TableDefinition table;
    private final TableSettings settings;
    private final WriteContext context;
    private boolean deletesItsOwn;

    SideEffects(Session session, TableDefinition table, TableSettings settings, WriteContext context) {
        this.session = session;
        this.table = table;
        this.settings = settings;
        this.context = context;
    }

    /** Warns of triggers, and returns whether there are any. */
    boolean warnOfTriggers() throws SQLException {
        List<String> triggers = session.dialect().triggers(session.connection(), table.name());
        if (!triggers.isEmpty()) {
            context.warn("table " + table.name() + " has triggers " + triggers + ", which fire for every row that is"
                    + " written: what they change is neither counted nor undone by a later comparison");
        }
        return !triggers.isEmpty();
    }

    /**
     * Refuses to delete when the database would then change rows that nobody has compared.
     *
     * @throws ReadException unless the table allows it
     */
    void beforeDeletes() throws SQLException, ReadException {
        List<ForeignKey> cascading = ForeignKey.to(session.metaData(), table.name()).stream()
                .filter(ForeignKey::changesOthersOnDelete)
                .toList();
        if (cascading.isEmpty()) {
            return;
        }
        deletesItsOwn = cascading.stream().anyMatch(key -> key.from().isSame(table.name()));
        List<String> shown = cascading.stream()
                .map(key -> key.from() + " " + key.columns() + " (" + key.shownRule() + ")")
                .toList();
        String what = "deleting from table " + table.name() + " also changes rows of " + String.join(", ", shown);
        if (!settings.is(TableSettings.Choice.ALLOW_CASCADES)) {
            throw new ReadException(
                    Failure.CASCADE,
                    what + ", which the comparison has not seen and the report would not count. Say allowCascades() on"
                            + " the table if that is meant, or delete those rows first");
        }
        context.warn(what + ", which this report does not count");
    }

    /** Tells whether a row may be gone because the database has deleted it together with another of this table. */
    boolean deletesItsOwn() {
        return deletesItsOwn;
    }
}
