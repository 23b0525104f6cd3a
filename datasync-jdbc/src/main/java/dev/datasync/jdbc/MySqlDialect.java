package dev.datasync.jdbc;

import dev.datasync.row.FieldType;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.jooq.SQLDialect;

/** MySQL, from version 8 on. */
final class MySqlDialect extends MySqlFamilyDialect {

    private static final long LAST_OF_31_BITS = 2_147_483_647L;

    private MySqlDialect(boolean isMySqlDriver) {
        super(SQLDialect.MYSQL, isMySqlDriver);
    }

    /** Returns the dialect; MySQL's driver calls a MariaDB server MySQL too, but tells its version. */
    static Dialect on(Connection connection) throws SQLException {
        String version = String.valueOf(connection.getMetaData().getDatabaseProductVersion());
        return version.contains("MariaDB")
                ? MariaDbDialect.on(connection)
                : new MySqlDialect(isMySqlDriver(connection));
    }

    @Override
    long lastSecond() {
        return LAST_OF_31_BITS;
    }

    @Override
    String exactCollation() {
        return "utf8mb4_0900_bin";
    }

    @Override
    public Optional<String> columnType(FieldType type, boolean isKey) {
        return type instanceof FieldType.Uuid ? Optional.of("char(36)") : super.columnType(type, isKey);
    }
}
