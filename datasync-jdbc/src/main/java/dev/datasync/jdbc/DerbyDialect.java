package dev.datasync.jdbc;

import dev.datasync.row.ConversionException;
import dev.datasync.row.FieldType;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jooq.SQLDialect;

/**
 * Apache Derby, from version 10.14 on. Its driver takes none of Java's newer classes of dates and times; they come and
 * go as texts, for the older classes would move a time that the default time zone does not have.
 */
final class DerbyDialect extends StandardDialect {

    private static final int LAST_YEAR = 9_999;

    /** The longest {@code VARCHAR}; also the length of {@code LONG VARCHAR}, which nobody declared. */
    private static final int LONGEST_VARCHAR = 32_672;

    private static final int GREATEST_PRECISION = 31;

    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSSSSS", Locale.ROOT);

    /** The engine's own wording, in which nothing but names varies before the name of the constraint or column. */
    private static final Pattern CULPRIT = Pattern.compile(
            "(?:The statement was aborted because it would have caused a"
                    + " duplicate key value in a unique or primary key constraint or unique index identified by"
                    + "|The check constraint|Column|(?:INSERT|UPDATE|DELETE) on table '[^']*' caused a violation of foreign key"
                    + " constraint) '(?<name>[^']*)'.*",
            Pattern.DOTALL);

    DerbyDialect() {
        super(SQLDialect.DERBY);
    }

    @Override
    public ColumnCodec codec(ColumnType column) {
        return switch (column.jdbcType()) {
            case Types.DATE -> date();
            case Types.TIME -> time();
            case Types.TIMESTAMP -> timestamp();
            case Types.CHAR, Types.VARCHAR -> super.codec(column).countingUtf16("Derby");
            case Types.LONGVARCHAR -> ColumnCodec.text(FieldType.text());
            case Types.CLOB ->
                ColumnCodec.text(column)
                        .countingUtf16("Derby")
                        .binding(
                                Types.CLOB,
                                (statement, parameter, value) -> statement.setString(parameter, (String) value));
            case Types.BLOB ->
                ColumnCodec.binary(column)
                        .binding(
                                Types.BLOB,
                                (statement, parameter, value) -> statement.setBytes(parameter, (byte[]) value));
            case Types.BINARY -> ColumnCodec.fixedBinary(column);
            default -> super.codec(column);
        };
    }

    private static ColumnCodec date() {
        return ColumnCodec.date()
                .reading((rows, place) -> {
                    String value = rows.getString(place);
                    return value == null ? null : LocalDate.parse(value);
                })
                .binding(Types.DATE, (statement, parameter, value) -> statement.setString(parameter, value.toString()))
                .checking(value -> checkDay((LocalDate) value));
    }

    private static ColumnCodec time() {
        return ColumnCodec.time(0)
                .reading((rows, place) -> {
                    String value = rows.getString(place);
                    return value == null ? null : LocalTime.parse(value);
                })
                .binding(
                        Types.TIME,
                        (statement, parameter, value) -> statement.setString(
                                parameter, DateTimeFormatter.ISO_LOCAL_TIME.format((LocalTime) value)));
    }

    private static ColumnCodec timestamp() {
        return ColumnCodec.timestamp(9)
                .reading((rows, place) -> {
                    String value = rows.getString(place);
                    return value == null ? null : LocalDateTime.parse(value.replace(' ', 'T'));
                })
                .binding(
                        Types.TIMESTAMP,
                        (statement, parameter, value) ->
                                statement.setString(parameter, TIMESTAMP.format((LocalDateTime) value)))
                .checking(value -> checkDay(((LocalDateTime) value).toLocalDate()));
    }

    private static void checkDay(LocalDate day) {
        if (day.getYear() < 1 || day.getYear() > LAST_YEAR) {
            throw new ConversionException("Derby has the years 1 to " + LAST_YEAR);
        }
        refuseSkippedDays(day);
    }

    @Override
    public Optional<String> columnType(FieldType type, boolean isKey) {
        if (type instanceof FieldType.Text text && text.maxLength() > LONGEST_VARCHAR) {
            return Optional.of(isKey ? "varchar(" + KEY_LENGTH + ")" : "clob");
        }
        if (type instanceof FieldType.Decimal decimal && decimal.precision() > GREATEST_PRECISION
                || type instanceof FieldType.Moment) {
            return Optional.empty();
        }
        if (type instanceof FieldType.Clock clock) {
            return clock.fractionDigits() == 0 ? Optional.of("time") : Optional.empty();
        }
        if (type instanceof FieldType.Timestamp) {
            return Optional.of("timestamp");
        }
        if (type instanceof FieldType.Binary binary) {
            return Optional.of(
                    binary.maxLength() > LONGEST_VARCHAR ? "blob" : "varchar(" + binary.maxLength() + ") for bit data");
        }
        return super.columnType(type, isKey);
    }

    @Override
    public Set<String> computedColumns(Connection connection, TableName table) throws SQLException {
        return new HashSet<>(names(
                connection,
                "select c.columnname from sys.syscolumns c join sys.systables t on t.tableid = c.referenceid join"
                        + " sys.sysschemas s on s.schemaid = t.schemaid where s.schemaname = ? and t.tablename = ? and"
                        + " c.autoincrementinc is not null and c.columndefault is null",
                table));
    }

    @Override
    public List<String> triggers(Connection connection, TableName table) throws SQLException {
        return names(
                connection,
                "select g.triggername from sys.systriggers g join sys.systables t on t.tableid = g.tableid join"
                        + " sys.sysschemas s on s.schemaid = t.schemaid where s.schemaname = ? and t.tablename = ? and"
                        + " g.state = 'E' order by g.triggername",
                table);
    }

    @Override
    public Set<String> hiddenUniqueIndexes(Connection connection, TableName table) throws SQLException {
        // of a unique constraint whose columns can be null the driver says that it is not unique
        return new HashSet<>(names(
                connection,
                "select g.conglomeratename from sys.sysconstraints c join sys.syskeys k on k.constraintid ="
                        + " c.constraintid join sys.sysconglomerates g on g.conglomerateid = k.conglomerateid join"
                        + " sys.systables t on t.tableid = c.tableid join sys.sysschemas s on s.schemaid = t.schemaid"
                        + " where s.schemaname = ? and t.tablename = ? and c.type = 'U'",
                table));
    }

    @Override
    public boolean ordersAsEngine(FieldType type) {
        return ordersTimesAsEngine(type);
    }

    /**
     * Leaves the metadata to statements of their own: within one transaction, two sessions that read metadata at the same
     * time were seen to wait for each other's locks on system tables until one of them gave up.
     */
    @Override
    public void beginReading(Connection connection) throws SQLException {
        connection.setAutoCommit(true);
    }

    @Override
    public DatabaseMetaData metaData(Connection connection) throws SQLException {
        return DerbyLookups.of(connection);
    }

    /** Gives back the lock on a stored statement that one of the lookups has found outdated: all others wait for it. */
    @Override
    public void endLookups(Connection connection) throws SQLException {
        connection.commit();
    }

    /** Derby has no snapshots: from here on the rows that were read stay locked until the transaction's end. */
    @Override
    public void stream(PreparedStatement statement, int rows) throws SQLException {
        Connection connection = statement.getConnection();
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        connection.setAutoCommit(false);
        super.stream(statement, rows);
    }

    @Override
    public void rollBack(Connection connection) throws SQLException {
        if (!connection.getAutoCommit()) {
            connection.rollback();
        }
    }

    @Override
    public Optional<String> culprit(SQLException failure) {
        return named(CULPRIT, failure);
    }
}
