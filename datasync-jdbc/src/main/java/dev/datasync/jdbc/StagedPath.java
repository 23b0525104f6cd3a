package dev.datasync.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.jooq.Name;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * The way that products with a fast load have in common: inserts are loaded, updates and deletes are loaded into a
 * temporary table of the same types, from which one statement does them all. There is one such table per shape, with a
 * name that nobody else uses; it is emptied and used again, for each new one would cost the server a lock.
 */
abstract class StagedPath implements BulkPath {

    /** More shapes than this go by batches: the temporary tables of one transaction are kept until its end. */
    private static final int MOST_STAGES = 16;

    /** A count that is never that of the changes. */
    static final long NOTHING = -1;

    final Connection connection;
    final TableDefinition table;
    private final Session session;
    final ChangeBinder binder;
    private final String prefix =
            "datasync_" + Long.toHexString(ThreadLocalRandom.current().nextLong()) + "_";
    private final Map<Shape, Name> stages = new LinkedHashMap<>();

    private volatile @Nullable Statement running;

    StagedPath(Session session, TableDefinition table, ChangeBinder binder) {
        this.session = session;
        this.connection = session.connection();
        this.table = table;
        this.binder = binder;
    }

    /** Tells from how many changes on this path is faster than batches. */
    abstract int leastChanges(Shape.Kind kind);

    /** Tells whether the values of a column are loaded exactly as a statement would bind them. */
    abstract boolean takes(int column);

    /** Tells whether to try these changes at all. */
    boolean fits(Shape shape, List<BoundChange> changes) {
        return true;
    }

    /**
     * Tells whether to go on with changes that are in their temporary table, where trying would cost more.
     *
     * @param condition what the rows of the table {@code t} and of the stage {@code s} have in common
     */
    boolean fits(Shape shape, Name stage, String condition, int changes) throws SQLException {
        return true;
    }

    /**
     * Returns what follows of the condition for the rows of the table {@code t} and helps the product to find them.
     * Nothing unless overridden.
     */
    String narrowed(Shape shape, List<BoundChange> changes) {
        return "";
    }

    /** Tells whether changes go through a temporary table. */
    boolean isStaged(Shape.Kind kind) {
        return kind != Shape.Kind.INSERT;
    }

    /** Returns the full name of a temporary table. */
    abstract Name stage(String name);

    /** Returns the statement that makes a temporary table unless it is there. */
    abstract String make(String stage, String emptyQuery);

    /** Returns the statement that removes all rows of a temporary table, without a commit. */
    abstract String empty(String stage);

    /** Returns the statement that updates rows: {@code t} is the table, {@code s} the stage. */
    String update(String target, String stage, String assignments, String condition) {
        return "update " + target + " as t set " + assignments + " from " + stage + " as s where " + condition;
    }

    /** Returns the statement that deletes rows: {@code t} is the table, {@code s} the stage. */
    String delete(String target, String stage, String condition) {
        return "delete from " + target + " as t using " + stage + " as s where " + condition;
    }

    /** Returns how a column that gets a value is written in an update: with or without the table's alias. */
    String assigned(String column) {
        return column;
    }

    /**
     * Loads the values of changes into a table.
     *
     * @param target the table, quoted
     * @param columns the columns, quoted, one for each value of the changes
     * @return how many rows were loaded
     */
    abstract long load(Name target, List<String> columns, List<BoundChange> changes) throws SQLException;

    @Override
    public final boolean takes(Shape shape, int changes) {
        if (changes < leastChanges(shape.kind())
                || (shape.kind() != Shape.Kind.DELETE && shape.columns().isEmpty())) {
            return false;
        }
        // without a primary key the number of rows hit does not tell whether each change hit one
        if (shape.kind() != Shape.Kind.INSERT && !binder.identity().equals(table.primaryKey())) {
            return false;
        }
        if (isStaged(shape.kind()) && !stages.containsKey(shape) && stages.size() == MOST_STAGES) {
            return false;
        }
        return IntStream.range(0, parameters(shape)).allMatch(parameter -> takes(binder.column(shape, parameter)));
    }

    private int parameters(Shape shape) {
        int identity = shape.kind() == Shape.Kind.INSERT ? 0 : binder.identity().size();
        return shape.columns().size() + identity;
    }

    @Override
    public final boolean write(Shape shape, List<BoundChange> changes) throws SQLException {
        if (!fits(shape, changes)) {
            return false;
        }
        long count = shape.kind() == Shape.Kind.INSERT ? insert(shape, changes) : change(shape, changes);
        return count == changes.size();
    }

    long insert(Shape shape, List<BoundChange> changes) throws SQLException {
        return load(table.name().qualified(), columns(shape), changes);
    }

    private long change(Shape shape, List<BoundChange> changes) throws SQLException {
        Name stage = staged(shape, changes);
        int set = shape.columns().size();
        List<String> assignments = new ArrayList<>();
        List<String> conditions = new ArrayList<>();
        for (int i = 0; i < parameters(shape); i++) {
            String column = quoted(shape, i);
            if (i < set) {
                assignments.add(assigned(column) + " = s.c" + i);
            } else {
                conditions.add("t." + column + " = s.c" + i);
            }
        }
        String condition = String.join(" and ", conditions);
        if (!fits(shape, stage, condition, changes.size())) {
            return NOTHING;
        }
        condition += narrowed(shape, changes);
        String target = render(table.name().qualified());
        return execute(
                shape.kind() == Shape.Kind.UPDATE
                        ? update(target, render(stage), String.join(", ", assignments), condition)
                        : delete(target, render(stage), condition));
    }

    /** Loads changes into the stage of their shape, with columns {@code c0}, {@code c1} and so on. */
    final Name staged(Shape shape, List<BoundChange> changes) throws SQLException {
        Name stage = stages.computeIfAbsent(shape, made -> stage(prefix + stages.size()));
        String rendered = render(stage);
        List<String> columns = new ArrayList<>();
        List<String> selected = new ArrayList<>();
        for (int i = 0; i < parameters(shape); i++) {
            columns.add("c" + i);
            selected.add(quoted(shape, i) + " as c" + i);
        }
        // each time, for it may have been undone together with what was written
        makeStage(make(
                rendered,
                "select " + String.join(", ", selected) + " from "
                        + render(table.name().qualified())));
        execute(empty(rendered));
        if (load(stage, columns, changes) != changes.size()) {
            throw new SQLException("the load into a temporary table was not complete");
        }
        return stage;
    }

    /** Makes a temporary table unless it is there. */
    void makeStage(String sql) throws SQLException {
        execute(sql);
    }

    /** Returns the columns that a shape sets, quoted. */
    final List<String> columns(Shape shape) {
        return IntStream.range(0, shape.columns().size())
                .mapToObj(i -> quoted(shape, i))
                .toList();
    }

    final String quoted(Shape shape, int parameter) {
        return render(
                DSL.name(table.schema().field(binder.column(shape, parameter)).name()));
    }

    final String render(Name name) {
        return session.jooq().render(name);
    }

    final ColumnCodec codec(Shape shape, int parameter) {
        return table.codec(binder.column(shape, parameter));
    }

    final long execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            running = statement;
            return statement.executeUpdate(sql);
        } finally {
            running = null;
        }
    }

    final long executeUpdate(PreparedStatement statement) throws SQLException {
        running = statement;
        try {
            return statement.executeUpdate();
        } finally {
            running = null;
        }
    }

    @Override
    public void cancel() throws SQLException {
        Statement statement = running;
        if (statement != null) {
            statement.cancel();
        }
    }

    /** Returns the names of all temporary tables and forgets them. */
    final List<Name> forgetStages() {
        List<Name> all = List.copyOf(stages.values());
        stages.clear();
        return all;
    }
}
