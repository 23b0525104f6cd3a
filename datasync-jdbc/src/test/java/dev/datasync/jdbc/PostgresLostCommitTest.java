package dev.datasync.jdbc;

import dev.datasync.jdbc.database.CuttingProxy;
import dev.datasync.jdbc.database.PostgresDatabase;
import dev.datasync.jdbc.database.TestDatabase;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

class PostgresLostCommitTest extends LostCommitScenarios {

    private PostgresDatabase database;

    @Override
    TestDatabase open() {
        database = new PostgresDatabase();
        return database;
    }

    @Override
    CuttingProxy proxy() throws Exception {
        PGSimpleDataSource direct = database.dataSource();
        return new CuttingProxy(direct.getServerNames()[0], direct.getPortNumbers()[0]);
    }

    @Override
    DataSource through(int port) {
        PGSimpleDataSource direct = database.dataSource();
        PGSimpleDataSource through = new PGSimpleDataSource();
        through.setURL(direct.getURL());
        through.setUser(direct.getUser());
        through.setPassword(direct.getPassword());
        through.setServerNames(new String[] {"localhost"});
        through.setPortNumbers(new int[] {port});
        through.setCurrentSchema(database.schema());
        return through;
    }
}
