package dev.datasync.jdbc;

import dev.datasync.row.FieldType;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.Optional;
import org.jooq.SQLDialect;

/** MariaDB, from version 10.2 on. */
final class MariaDbDialect extends MySqlFamilyDialect {

    private static final long LAST_OF_31_BITS = 2_147_483_647L;
    private static final long LAST_OF_32_BITS = 4_294_967_295L;

    private final int version;

    private MariaDbDialect(boolean isMySqlDriver, int version) {
        super(SQLDialect.MARIADB, isMySqlDriver);
        this.version = version;
    }

    static MariaDbDialect on(Connection connection) throws SQLException {
        DatabaseMetaData metaData = connection.getMetaData();
        return new MariaDbDialect(
                isMySqlDriver(connection),
                metaData.getDatabaseMajorVersion() * 100 + metaData.getDatabaseMinorVersion());
    }

    @Override
    long lastSecond() {
        return version >= 1105 ? LAST_OF_32_BITS : LAST_OF_31_BITS;
    }

    @Override
    String exactCollation() {
        return "utf8mb4_nopad_bin";
    }

    @Override
    public Optional<String> columnType(FieldType type, boolean isKey) {
        if (type instanceof FieldType.Uuid) {
            return Optional.of(version >= 1007 ? "uuid" : "char(36)");
        }
        return super.columnType(type, isKey);
    }
}
