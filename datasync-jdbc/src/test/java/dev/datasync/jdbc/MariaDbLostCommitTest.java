package dev.datasync.jdbc;

import dev.datasync.jdbc.database.CuttingProxy;
import dev.datasync.jdbc.database.MariaDbDatabase;
import dev.datasync.jdbc.database.TestDatabase;
import java.net.URI;
import javax.sql.DataSource;
import org.mariadb.jdbc.MariaDbDataSource;

class MariaDbLostCommitTest extends LostCommitScenarios {

    private URI server;
    private String url;

    @Override
    TestDatabase open() {
        MariaDbDatabase database = new MariaDbDatabase();
        url = database.url();
        server = URI.create(url.substring("jdbc:".length(), url.indexOf('?')));
        return database;
    }

    @Override
    CuttingProxy proxy() throws Exception {
        return new CuttingProxy(server.getHost(), server.getPort());
    }

    @Override
    DataSource through(int port) throws Exception {
        return new MariaDbDataSource(
                "jdbc:mariadb://localhost:" + port + server.getPath() + url.substring(url.indexOf('?')));
    }
}
