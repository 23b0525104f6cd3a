package dev.datasync.jdbc;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Name;
import org.jooq.SQLDialect;
import org.jooq.SelectConditionStep;
import org.jooq.SelectWhereStep;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** The SQL of one table, with every name quoted; rendered by jOOQ, executed by JDBC. */
final class Statements {

    static {
        renderWithoutAdvertisement();
    }

    private final DSLContext jooq;
    private final Table<?> table;
    private final Map<String, Field<?>> selected;

    Statements(DSLContext jooq, Name table) {
        this(jooq, DSL.table(table), Map.of());
    }

    private Statements(DSLContext jooq, Table<?> table, Map<String, Field<?>> selected) {
        this.jooq = jooq;
        this.table = table;
        this.selected = selected;
    }

    /** Returns statements that read columns as the product shows all that they hold. */
    Statements reading(Columns columns, Dialect dialect) {
        Map<String, Field<?>> expressions = new LinkedHashMap<>();
        for (dev.datasync.row.Field column : columns.schema().fields()) {
            Field<?> plain = DSL.field(DSL.name(column.name()));
            Field<?> expression = dialect.selected(plain, column.type());
            if (!expression.equals(plain)) {
                expressions.put(column.name(), expression.as(DSL.name(column.name())));
            }
        }
        return new Statements(jooq, table, expressions);
    }

    /** jOOQ logs its logo and a tip when it first renders, unless it is told not to by system properties. */
    private static void renderWithoutAdvertisement() {
        List<String> set = new ArrayList<>();
        for (String property : List.of("org.jooq.no-logo", "org.jooq.no-tips")) {
            if (System.getProperty(property) == null) {
                System.setProperty(property, "true");
                set.add(property);
            }
        }
        try {
            DSL.using(SQLDialect.DEFAULT).render(DSL.name("datasync"));
        } finally {
            set.forEach(System::clearProperty);
        }
    }

    /**
     * Returns a query.
     *
     * @param condition what its rows must meet, or {@code null} for all rows; put in as the user wrote it
     */
    String select(List<String> columns, @Nullable SqlText condition, List<String> order) {
        StringBuilder query = new StringBuilder(jooq.render(all(columns)));
        if (condition != null) {
            query.append(" where ").append(condition.inParentheses());
        }
        for (int i = 0; i < order.size(); i++) {
            query.append(i == 0 ? " order by " : ", ").append(quoted(order.get(i)));
        }
        return query.toString();
    }

    /** Returns the statement that makes the table; its columns are names and types, and the key names some of them. */
    String create(Map<String, String> columns, List<String> key) {
        StringBuilder statement = new StringBuilder("create table ").append(jooq.render(table));
        String separator = " (";
        for (Map.Entry<String, String> column : columns.entrySet()) {
            statement
                    .append(separator)
                    .append(quoted(column.getKey()))
                    .append(' ')
                    .append(column.getValue());
            if (key.contains(column.getKey())) {
                statement.append(" not null");
            }
            separator = ", ";
        }
        return statement
                .append(", primary key (")
                .append(key.stream().map(this::quoted).collect(Collectors.joining(", ")))
                .append("))")
                .toString();
    }

    private String quoted(String name) {
        return jooq.render(DSL.name(name));
    }

    /** Returns a query for no rows, which tells the columns' types. */
    String selectNothing(List<String> columns) {
        return jooq.render(all(columns).where(DSL.falseCondition()));
    }

    private SelectWhereStep<?> all(List<String> columns) {
        List<Field<?>> fields = new ArrayList<>(fields(columns));
        fields.replaceAll(field -> selected.getOrDefault(field.getName(), field));
        return jooq.select(fields).from(table);
    }

    String insert(List<String> columns) {
        if (columns.isEmpty()) {
            return jooq.render(jooq.insertInto(table).defaultValues());
        }
        List<Field<Object>> parameters = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            parameters.add(parameter());
        }
        return jooq.render(jooq.insertInto(table).columns(fields(columns)).values(parameters));
    }

    /** Returns the update of a row that is found by its identity and checked columns. */
    String update(List<String> columns, List<String> found, List<String> absent) {
        Map<Field<Object>, Field<Object>> values = new LinkedHashMap<>();
        for (Field<Object> field : fields(columns)) {
            values.put(field, parameter());
        }
        return jooq.render(jooq.update(table).set(values).where(are(found, absent)));
    }

    String delete(List<String> found, List<String> absent) {
        return jooq.render(jooq.deleteFrom(table).where(are(found, absent)));
    }

    /**
     * Returns a query for one row per row that has the values.
     *
     * @param found the columns that have values, which are parameters
     * @param absent the columns that are null
     * @param locking whether to wait for other transactions that have written the row
     */
    String look(List<String> found, List<String> absent, boolean locking) {
        SelectConditionStep<?> query = jooq.select(DSL.inline(1)).from(table).where(are(found, absent));
        return jooq.render(locking ? query.forUpdate() : query);
    }

    /** Returns a query for how many of some rows, found by their identity, meet a condition in the user's own SQL. */
    String countWithin(List<String> identity, int count, String condition) {
        List<Condition> any = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            any.add(are(identity, List.of()));
        }
        Condition rows = DSL.or(any).and(DSL.field(DSL.name(identity.get(0))).isNotNull());
        return scoped(jooq.render(jooq.select(DSL.count()).from(table).where(rows)), condition);
    }

    String largest(String column) {
        return jooq.render(jooq.select(DSL.max(DSL.field(DSL.name(column)))).from(table));
    }

    /** Restricts a statement that ends in an AND of conditions; jOOQ must not read the user's own SQL. */
    static String scoped(String statement, String condition) {
        return statement + " and (" + condition + "\n)";
    }

    private static Condition are(List<String> found, List<String> absent) {
        List<Condition> conditions = new ArrayList<>();
        for (Field<Object> field : fields(found)) {
            conditions.add(field.eq(parameter()));
        }
        for (Field<Object> field : fields(absent)) {
            conditions.add(field.isNull());
        }
        return DSL.and(conditions);
    }

    private static List<Field<Object>> fields(List<String> names) {
        return names.stream().map(name -> DSL.field(DSL.name(name))).toList();
    }

    private static Field<Object> parameter() {
        return DSL.val((Object) null);
    }

    /** Returns the query, with schema and table as parameters, for the columns that only the database may fill. */
    static String alwaysGenerated(SQLDialect dialect) {
        DSLContext jooq = DSL.using(dialect);
        return jooq.render(jooq.select(information("column_name"))
                .from(DSL.table(DSL.unquotedName("information_schema", "columns")))
                .where(information("table_schema").eq(DSL.val("")))
                .and(information("table_name").eq(DSL.val("")))
                .and(information("identity_generation").eq(DSL.inline("ALWAYS"))));
    }

    private static Field<String> information(String column) {
        return DSL.field(DSL.unquotedName(column), String.class);
    }
}
