package dev.datasync.jdbc;

import dev.datasync.row.FieldType;
import java.sql.Types;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.Set;
import org.jooq.SQLDialect;

/**
 * The columns whose old values an optimistic statement checks: those whose equality means the same to the database as to
 * the comparison. Floating-point numbers, documents, arrays, large objects and types that Java has no class for are left
 * out: a change of theirs alone is not noticed.
 */
final class OldValues {

    /** The products that compare texts and binary values of any length. */
    private static final Set<SQLDialect> COMPARING_ANY_LENGTH = EnumSet.of(
            SQLDialect.POSTGRES,
            SQLDialect.H2,
            SQLDialect.SQLITE,
            SQLDialect.DUCKDB,
            SQLDialect.MARIADB,
            SQLDialect.MYSQL,
            SQLDialect.HSQLDB);

    private final BitSet columns;

    private OldValues(BitSet columns) {
        this.columns = columns;
    }

    static OldValues unchecked() {
        return new OldValues(new BitSet());
    }

    static OldValues of(TableDefinition table, SQLDialect dialect) {
        BitSet columns = new BitSet();
        for (int i = 0; i < table.schema().size(); i++) {
            if (isReliable(table.codec(i), COMPARING_ANY_LENGTH.contains(dialect.family()))) {
                columns.set(i);
            }
        }
        return new OldValues(columns);
    }

    boolean isChecked(int column) {
        return columns.get(column);
    }

    /** Tells whether the database's equality of a column's values is that of the comparison. */
    static boolean isReliable(ColumnCodec codec, boolean comparesAnyLength) {
        FieldType type = codec.type();
        if (type instanceof FieldType.Text text) {
            boolean isPadded = text.padding() == FieldType.Padding.STRIPPED;
            return (comparesAnyLength || text.maxLength() < Integer.MAX_VALUE)
                    && (isPadded || codec.nullType() == Types.VARCHAR);
        }
        if (type instanceof FieldType.Binary binary) {
            return binary.maxLength() < Integer.MAX_VALUE && codec.nullType() == Types.VARBINARY;
        }
        return type instanceof FieldType.Whole
                || type instanceof FieldType.Decimal
                || type instanceof FieldType.Bool
                || type instanceof FieldType.Day
                || type instanceof FieldType.Clock
                || type instanceof FieldType.Timestamp
                || type instanceof FieldType.Moment
                || type instanceof FieldType.Uuid;
    }
}
