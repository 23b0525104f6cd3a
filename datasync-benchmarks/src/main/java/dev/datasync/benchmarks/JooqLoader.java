package dev.datasync.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.jooq.DSLContext;
import org.jooq.DataType;
import org.jooq.Loader;
import org.jooq.Record;
import org.jooq.SQLDialect;
import org.jooq.TableField;
import org.jooq.UniqueKey;
import org.jooq.impl.DSL;
import org.jooq.impl.Internal;
import org.jooq.impl.SQLDataType;
import org.jooq.impl.TableImpl;

/**
 * A CSV file into a table, every row of it: the loader of jOOQ. Several rows in one statement are what it calls bulk, and
 * refuses together with updates; so there are batches alone, in one transaction.
 */
final class JooqLoader {

    private JooqLoader() {}

    /** Returns how many rows were written. */
    static long load(Path file, String url) throws IOException, SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                BufferedReader in = Files.newBufferedReader(file)) {
            connection.setAutoCommit(false);
            DSLContext context = DSL.using(connection, SQLDialect.POSTGRES);
            Target target = new Target();
            Loader<Record> loader = context.loadInto(target)
                    .onDuplicateKeyUpdate()
                    .batchAfter(BatchLoader.BATCH)
                    .commitNone()
                    .loadCSV(in)
                    .fields(target.fields())
                    .ignoreRows(1)
                    .nullString("")
                    .execute();
            if (!loader.errors().isEmpty()) {
                throw loader.errors().get(0).exception();
            }
            connection.commit();
            return loader.processed();
        }
    }

    /** The table, as jOOQ's generator would write it down. */
    private static final class Target extends TableImpl<Record> {

        private static final long serialVersionUID = 1;

        private final TableField<Record, Long> id = createField(DSL.name("id"), SQLDataType.BIGINT.notNull());

        private Target() {
            super(DSL.name("target"));
            DataType<?>[] types = {
                SQLDataType.CLOB.notNull(),
                SQLDataType.CLOB,
                SQLDataType.CLOB,
                SQLDataType.NUMERIC(12, 2),
                SQLDataType.INTEGER,
                SQLDataType.BOOLEAN,
                SQLDataType.LOCALDATE,
                SQLDataType.TIMESTAMPWITHTIMEZONE(6),
                SQLDataType.CLOB
            };
            for (int i = 0; i < types.length; i++) {
                createField(DSL.name(Records.COLUMNS.get(i)), types[i]);
            }
        }

        @Override
        public UniqueKey<Record> getPrimaryKey() {
            return Internal.createUniqueKey(this, id);
        }
    }
}
