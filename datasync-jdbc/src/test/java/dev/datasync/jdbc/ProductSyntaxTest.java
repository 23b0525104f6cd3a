package dev.datasync.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;

/** The exact text of what is sent to the products that jOOQ's open-source edition does not know. */
class ProductSyntaxTest {

    private static final List<Dialect> DIALECTS = List.of(new SqlServerDialect(), new OracleDialect());

    private static final Field<Integer> A = DSL.field(DSL.name("a"), Integer.class);

    private static final Field<Integer> B = DSL.field(DSL.name("b"), Integer.class);

    private static Statements statements(Dialect dialect) {
        return new Statements(dialect.renderer(), DSL.name("Sales", "odd \"name\""));
    }

    @Test
    void reads_with_quoted_names() {
        for (Dialect dialect : DIALECTS) {
            assertThat(statements(dialect).select(List.of("id", "select"), null, List.of("id")))
                    .isEqualTo("select \"id\", \"select\" from \"Sales\".\"odd \"\"name\"\"\" order by \"id\"");
        }
    }

    @Test
    void asks_for_no_rows_without_a_literal_of_truth() {
        for (Dialect dialect : DIALECTS) {
            assertThat(statements(dialect).selectNothing(List.of("id")))
                    .isEqualTo("select \"id\" from \"Sales\".\"odd \"\"name\"\"\" where (1 = 0)");
        }
    }

    @Test
    void inserts() {
        for (Dialect dialect : DIALECTS) {
            assertThat(statements(dialect).insert(List.of("id", "b")))
                    .isEqualTo("insert into \"Sales\".\"odd \"\"name\"\"\" (\"id\", \"b\") values (?, ?)");
        }
    }

    @Test
    void updates_and_deletes_by_composite_keys_without_row_values() {
        for (Dialect dialect : DIALECTS) {
            assertThat(statements(dialect).update(List.of("c"), List.of("a", "b"), List.of()))
                    .isEqualTo("update \"Sales\".\"odd \"\"name\"\"\" set \"c\" = ? where (\"a\" = ? and \"b\" = ?)");
            assertThat(statements(dialect).delete(List.of("a", "b"), List.of("d")))
                    .isEqualTo("delete from \"Sales\".\"odd \"\"name\"\"\" where (\"a\" = ? and \"b\" = ? and"
                            + " \"d\" is null)");
        }
    }

    @Test
    void takes_null_for_the_same_as_null() {
        DSLContext server = new SqlServerDialect().renderer();
        DSLContext oracle = new OracleDialect().renderer();

        assertThat(server.render(A.isNotDistinctFrom(B))).isEqualTo("(exists (select \"a\" intersect select \"b\"))");
        assertThat(server.render(A.isDistinctFrom(B))).isEqualTo("not (exists (select \"a\" intersect select \"b\"))");
        assertThat(oracle.render(A.isNotDistinctFrom(B))).isEqualTo("(decode(\"a\", \"b\", 1, 0) = 1)");
        assertThat(oracle.render(A.isDistinctFrom(B))).isEqualTo("not (decode(\"a\", \"b\", 1, 0) = 1)");
    }
}
