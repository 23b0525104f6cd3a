package dev.datasync.jdbc;

import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.QueryPart;
import org.jooq.VisitContext;
import org.jooq.VisitListener;
import org.jooq.impl.DSL;
import org.jooq.impl.QOM;

/**
 * Replaces what jOOQ writes in standard SQL, for products that its open-source edition does not know, by what those
 * products take: they have no literals of truth and no {@code IS DISTINCT FROM}. Names in double quotes, inserts,
 * updates and deletes are the same everywhere. Immutable.
 */
final class ProductSyntax implements VisitListener {

    /** How a product tells whether two values are the same, null being the same as null. */
    @FunctionalInterface
    interface Sameness {

        /** Returns a condition that is true or false, and never unknown. */
        Condition same(Field<?> one, Field<?> other);
    }

    private final Sameness sameness;

    ProductSyntax(Sameness sameness) {
        this.sameness = sameness;
    }

    @Override
    public void visitStart(VisitContext context) {
        QueryPart part = context.queryPart();
        // two parts are compared by what they render, which would end up here again
        if (part.getClass() == DSL.falseCondition().getClass()) {
            context.queryPart(DSL.condition("1 = 0"));
        } else if (part.getClass() == DSL.trueCondition().getClass()) {
            context.queryPart(DSL.condition("1 = 1"));
        } else if (part instanceof QOM.IsNotDistinctFrom<?> comparison) {
            context.queryPart(sameness.same(comparison.$arg1(), comparison.$arg2()));
        } else if (part instanceof QOM.IsDistinctFrom<?> comparison) {
            context.queryPart(DSL.not(sameness.same(comparison.$arg1(), comparison.$arg2())));
        }
    }
}
