package dev.datasync.jdbc;

import dev.datasync.row.ConversionException;
import dev.datasync.row.FieldType;
import dev.datasync.source.ReadException;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jooq.Field;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/**
 * What MariaDB and MySQL have in common, with either driver.
 *
 * <p>A session sets the time zone to UTC, in which the instants of {@code TIMESTAMP} columns then come and go, and for
 * writing the modes in which a value is stored as it is or refused. What the host set comes back when the session ends.
 */
abstract class MySqlFamilyDialect extends StandardDialect {

    private static final int MOST_BINDS = 65_535;

    private static final int MOST_DIGITS = 65;
    private static final int GREATEST_SCALE = 30;

    /** A scale from here on stands for a floating-point number without one. */
    private static final int NO_SCALE = 31;

    private static final int FRACTION_DIGITS = 6;

    /** The length of {@code hh:mm:ss} with sign and three digits for hours, and that of a timestamp without fraction. */
    private static final int TIME_LENGTH = 10;

    private static final int TIMESTAMP_LENGTH = 19;

    /** The most characters of four bytes that are worth a place within the row, and that fit into each type of text. */
    private static final int MOST_IN_ROW = 1_000;

    private static final int MOST_IN_TEXT = 16_383;
    private static final int MOST_IN_MEDIUMTEXT = 4_194_303;

    private static final int MOST_IN_CHAR = 255;
    private static final int MOST_IN_BLOB = 65_535;
    private static final int MOST_IN_MEDIUMBLOB = 16_777_215;

    private static final BigDecimal MOST_UNSIGNED = new BigDecimal("18446744073709551615");

    /** A zero for a key is a zero, and a value that does not fit is an error. */
    private static final List<String> WRITING_MODES =
            List.of("STRICT_ALL_TABLES", "STRICT_TRANS_TABLES", "NO_AUTO_VALUE_ON_ZERO");

    /**
     * What MySQL's driver takes for an escape, the beginning of a comment or that of an escape of JDBC, even in a quoted
     * name, so that it sends another statement or no longer knows which question marks are parameters.
     */
    private static final List<String> MISREAD = List.of("\\", "/*", "{");

    /** Modes in which something else is stored than what was written. */
    private static final Set<String> CHANGING_MODES = Set.of("EMPTY_STRING_IS_NULL", "ALLOW_INVALID_DATES");

    /** The ends of the server's messages, in which nothing follows the name; a value can come before. */
    private static final Pattern DUPLICATE = Pattern.compile("for key '(?<name>[^']*)'$");

    private static final Pattern CONSTRAINT = Pattern.compile("(?:^|\\) )(?:Column '(?<column>[^']*)' cannot be null"
            + "|Field '(?<field>[^']*)' doesn't have a default value"
            + "|CONSTRAINT `(?<mariadb>[^`]*)` failed for `"
            + "|Check constraint '(?<mysql>[^']*)' is violated"
            + "|Cannot (?:add or update a child|delete or update a parent) row: a foreign key constraint fails"
            + " \\(`[^`]*`\\.`[^`]*`, CONSTRAINT `(?<foreign>[^`]*)`)");

    private final boolean isMySqlDriver;

    MySqlFamilyDialect(SQLDialect jooq, boolean isMySqlDriver) {
        super(jooq);
        this.isMySqlDriver = isMySqlDriver;
    }

    /** Tells whether it is the driver that streams only when asked in its own way. */
    static boolean isMySqlDriver(Connection connection) throws SQLException {
        return !connection.getMetaData().getDriverName().contains("MariaDB");
    }

    @Override
    public ColumnCodec codec(ColumnType column) {
        String name = column.typeName().toUpperCase(Locale.ROOT);
        boolean isUnsigned = name.endsWith(" UNSIGNED");
        String type = isUnsigned ? name.substring(0, name.length() - " UNSIGNED".length()) : name;
        return switch (type) {
            case "BIT", "BOOLEAN", "BOOL" -> column.precision() > 1 ? bits(column.precision()) : bool();
            case "TINYINT" ->
                column.jdbcType() == Types.BIT || column.jdbcType() == Types.BOOLEAN
                        ? bool()
                        : isUnsigned ? whole(16, 0, 255) : ColumnCodec.integer(8);
            case "SMALLINT" -> isUnsigned ? whole(32, 0, 65_535) : ColumnCodec.integer(16);
            case "MEDIUMINT" -> isUnsigned ? whole(32, 0, 16_777_215) : whole(32, -8_388_608, 8_388_607);
            case "INT", "INTEGER" -> isUnsigned ? whole(64, 0, 4_294_967_295L) : ColumnCodec.integer(32);
            case "BIGINT" -> isUnsigned ? unsignedBigint() : ColumnCodec.integer(64);
            case "YEAR" -> year();
            case "DECIMAL", "NUMERIC" ->
                notNegativeIf(isUnsigned, ColumnCodec.decimal(FieldType.decimal(column.precision(), column.scale())));
            case "FLOAT" -> notNegativeIf(isUnsigned, hasScale(column) ? scaled(column) : float32());
            case "DOUBLE", "REAL" -> notNegativeIf(isUnsigned, hasScale(column) ? scaled(column) : float64());
            case "CHAR", "ENUM", "SET" -> checked(ColumnCodec.paddedText(column));
            case "VARCHAR" -> checked(ColumnCodec.text(column));
            case "TINYTEXT" -> checked(ColumnCodec.text(FieldType.text(MOST_IN_CHAR)));
            case "TEXT" -> checked(ColumnCodec.text(FieldType.text(MOST_IN_BLOB)));
            case "MEDIUMTEXT" -> checked(ColumnCodec.text(FieldType.text(MOST_IN_MEDIUMBLOB)));
            case "LONGTEXT" -> checked(ColumnCodec.text(FieldType.text()));
            case "JSON" -> checked(json());
            case "DATE" -> MySqlTimes.date();
            case "TIME" -> MySqlTimes.time(fractionDigits(column, TIME_LENGTH));
            case "DATETIME" -> MySqlTimes.timestamp(fractionDigits(column, TIMESTAMP_LENGTH));
            case "TIMESTAMP" -> MySqlTimes.instant(fractionDigits(column, TIMESTAMP_LENGTH), lastSecond());
            case "BINARY" -> fixedBinary(column);
            case "UUID" -> uuid();
            default -> other(column);
        };
    }

    private ColumnCodec other(ColumnType column) {
        ColumnCodec codec = super.codec(column);
        return codec.type() instanceof FieldType.Text ? checked(codec) : codec;
    }

    private static ColumnCodec json() {
        return ColumnCodec.json()
                .binding(
                        Types.VARCHAR, (statement, parameter, value) -> statement.setString(parameter, (String) value));
    }

    /** Returns the last second that a {@code TIMESTAMP} holds, since 1970. */
    abstract long lastSecond();

    private static int fractionDigits(ColumnType column, int lengthWithout) {
        return Math.max(0, Math.min(FRACTION_DIGITS, column.precision() - lengthWithout - 1));
    }

    private static boolean hasScale(ColumnType column) {
        return column.scale() > 0 && column.scale() < NO_SCALE;
    }

    /** A floating-point number that the server rounds to some digits. */
    private static ColumnCodec scaled(ColumnType column) {
        return ColumnCodec.decimal(FieldType.decimal(column.precision(), column.scale()));
    }

    private static ColumnCodec checked(ColumnCodec codec) {
        return codec.checking(StandardDialect::refuseHalfPairs);
    }

    private static ColumnCodec whole(int bits, long least, long most) {
        return ColumnCodec.integer(bits).checking(value -> {
            long number = (Long) value;
            if (number < least || number > most) {
                throw new ConversionException("a number is not in the column's range from " + least + " to " + most);
            }
        });
    }

    private static ColumnCodec unsignedBigint() {
        return ColumnCodec.decimal(FieldType.decimal(20, 0)).checking(value -> {
            BigDecimal number = (BigDecimal) value;
            if (number.signum() < 0 || number.compareTo(MOST_UNSIGNED) > 0) {
                throw new ConversionException(
                        "a number is not in the column's range from 0 to " + MOST_UNSIGNED.toPlainString());
            }
        });
    }

    private static ColumnCodec notNegativeIf(boolean isUnsigned, ColumnCodec codec) {
        if (!isUnsigned) {
            return codec;
        }
        return codec.checking(value -> {
            codec.check().check(value);
            if (((Number) value).doubleValue() < 0) {
                throw new ConversionException("a negative number does not fit into an unsigned column");
            }
        });
    }

    private static ColumnCodec year() {
        return ColumnCodec.integer(16).checking(value -> {
            long year = (Long) value;
            if (year != 0 && (year < 1901 || year > 2155)) {
                throw new ConversionException("a year is not in the column's range from 1901 to 2155, or 0");
            }
        });
    }

    private static ColumnCodec bool() {
        return ColumnCodec.bool().reading((rows, column) -> {
            long value = rows.getLong(column);
            if (value != 0 && value != 1) {
                throw new ConversionException("it holds a number other than 0 and 1, which is no boolean: declare it as"
                        + " tinyint without (1), or set tinyInt1isBit=false in the URL");
            }
            return rows.wasNull() ? null : value == 1;
        });
    }

    /** Bits as a text of zeros and ones; the server takes a number. */
    private static ColumnCodec bits(int length) {
        return ColumnCodec.text(FieldType.text(length))
                .reading((rows, column) -> {
                    byte[] bytes = rows.getBytes(column);
                    return bytes == null ? null : bits(bytes, length);
                })
                .binding(
                        Types.BIGINT,
                        (statement, parameter, value) -> statement.setBigDecimal(
                                parameter, new BigDecimal(new java.math.BigInteger((String) value, 2))))
                .checking(value -> {
                    String text = (String) value;
                    if (text.length() != length || text.chars().anyMatch(c -> c != '0' && c != '1')) {
                        throw new ConversionException("a text is not " + length + " zeros and ones");
                    }
                });
    }

    private static String bits(byte[] bytes, int length) {
        StringBuilder text = new StringBuilder(length);
        for (int bit = length - 1; bit >= 0; bit--) {
            int place = bytes.length - 1 - bit / 8;
            text.append(place >= 0 && (bytes[place] >> bit % 8 & 1) == 1 ? '1' : '0');
        }
        return text.toString();
    }

    /** Bound with all its digits, because the server compares and checks in double precision. */
    private static ColumnCodec float32() {
        return finite(ColumnCodec.float32()
                .binding(
                        Types.DOUBLE, (statement, parameter, value) -> statement.setDouble(parameter, (Double) value)));
    }

    private static ColumnCodec float64() {
        return finite(ColumnCodec.float64());
    }

    private static ColumnCodec finite(ColumnCodec codec) {
        return codec.checking(value -> {
            if (!Double.isFinite((Double) value)) {
                throw new ConversionException("NaN and infinity cannot be stored in MariaDB and MySQL");
            }
        });
    }

    private static ColumnCodec fixedBinary(ColumnType column) {
        int length = column.precision();
        return ColumnCodec.binary(column).checking(value -> {
            if (((byte[]) value).length != length) {
                throw new ConversionException("a binary of " + ((byte[]) value).length
                        + " bytes would be filled with zeros in a column of type binary(" + length + ")");
            }
        });
    }

    private static ColumnCodec uuid() {
        return ColumnCodec.uuid()
                .reading((rows, column) -> {
                    String text = rows.getString(column);
                    return text == null ? null : java.util.UUID.fromString(text);
                })
                .binding(
                        Types.VARCHAR,
                        (statement, parameter, value) -> statement.setString(parameter, value.toString()));
    }

    @Override
    public void checkName(String name) throws ReadException {
        for (String part : isMySqlDriver ? MISREAD : List.<String>of()) {
            if (name.contains(part)) {
                throw new ReadException(
                        Failure.TABLE,
                        "MySQL's driver misreads names with '" + part + "', such as '" + name
                                + "': rename it, or connect with MariaDB's driver");
            }
        }
    }

    @Override
    public Field<?> selected(Field<?> column, FieldType type) {
        // the server shows six digits of a single-precision number, and all of a double
        return type.equals(FieldType.float32()) ? column.plus(DSL.inline(0e0)) : column;
    }

    @Override
    public Object bindable(Object value) {
        if (value instanceof Instant instant) {
            return MySqlTimes.text(LocalDateTime.ofInstant(instant, ZoneOffset.UTC));
        }
        if (value instanceof OffsetDateTime time) {
            return bindable(time.toInstant());
        }
        if (value instanceof ZonedDateTime time) {
            return bindable(time.toInstant());
        }
        return super.bindable(value);
    }

    @Override
    public Optional<String> columnType(FieldType type, boolean isKey) {
        if (type instanceof FieldType.Text text) {
            return Optional.of(textType(text, isKey));
        }
        if (type instanceof FieldType.Whole whole && whole.bits() == 8) {
            return Optional.of("tinyint");
        }
        if (type instanceof FieldType.Decimal decimal
                && (decimal.precision() > MOST_DIGITS || decimal.scale() > GREATEST_SCALE)) {
            return Optional.empty();
        }
        if (type instanceof FieldType.Real real) {
            return Optional.of(real.bits() == 32 ? "float" : "double");
        }
        if (type instanceof FieldType.Clock clock) {
            return Optional.of("time" + digits(clock.fractionDigits()));
        }
        if (type instanceof FieldType.Timestamp timestamp) {
            return Optional.of("datetime" + digits(timestamp.fractionDigits()));
        }
        if (type instanceof FieldType.Moment moment) {
            // without the word the first such column of a table would change with every update of its row
            return Optional.of("timestamp" + digits(moment.fractionDigits()) + (isKey ? "" : " null"));
        }
        if (type instanceof FieldType.Json) {
            return isKey ? Optional.empty() : Optional.of("json");
        }
        if (type instanceof FieldType.Binary binary) {
            return Optional.of(binaryType(binary, isKey));
        }
        return super.columnType(type, isKey);
    }

    private static String digits(int fractionDigits) {
        return "(" + Math.min(fractionDigits, FRACTION_DIGITS) + ")";
    }

    private String textType(FieldType.Text text, boolean isKey) {
        int length = isKey && text.maxLength() == Integer.MAX_VALUE ? KEY_LENGTH : text.maxLength();
        String type;
        if (text.padding() == FieldType.Padding.STRIPPED && length <= MOST_IN_CHAR) {
            type = "char(" + length + ")";
        } else if (isKey || length <= MOST_IN_ROW) {
            type = "varchar(" + length + ")";
        } else if (length <= MOST_IN_TEXT) {
            type = "text";
        } else {
            type = length <= MOST_IN_MEDIUMTEXT ? "mediumtext" : "longtext";
        }
        // keys that differ in case or in trailing spaces are different keys
        return type + " character set utf8mb4" + (isKey ? " collate " + exactCollation() : "");
    }

    /** Returns the collation of UTF-8 in which texts are equal when they have the same characters. */
    abstract String exactCollation();

    private static String binaryType(FieldType.Binary binary, boolean isKey) {
        int length = isKey && binary.maxLength() == Integer.MAX_VALUE ? KEY_LENGTH : binary.maxLength();
        if (isKey || length <= MOST_IN_ROW) {
            return "varbinary(" + length + ")";
        }
        if (length <= MOST_IN_BLOB) {
            return "blob";
        }
        return length <= MOST_IN_MEDIUMBLOB ? "mediumblob" : "longblob";
    }

    @Override
    public List<String> triggers(Connection connection, TableName table) throws SQLException {
        return schemaTriggers(connection, table.qualifier(), table);
    }

    @Override
    public boolean ordersAsEngine(FieldType type) {
        return ordersTimesAsEngine(type);
    }

    /** The variables of a session that decide what is stored and read. */
    private record Variables(String timeZone, String modes) {

        static Variables of(Connection connection) throws SQLException {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("select @@session.time_zone, @@session.sql_mode")) {
                row.next();
                return new Variables(row.getString(1), String.valueOf(row.getString(2)));
            }
        }

        Variables wanted(Session.Access access) {
            if (access == Session.Access.READ) {
                return new Variables("+00:00", modes);
            }
            Set<String> wanted = new LinkedHashSet<>(Arrays.asList(modes.split(",")));
            wanted.remove("");
            wanted.removeAll(CHANGING_MODES);
            wanted.addAll(WRITING_MODES);
            return new Variables("+00:00", String.join(",", wanted));
        }

        void set(Connection connection) throws SQLException {
            try (PreparedStatement statement =
                    connection.prepareStatement("set session time_zone = ?, session sql_mode = ?")) {
                statement.setString(1, timeZone);
                statement.setString(2, modes);
                statement.execute();
            }
        }
    }

    @Override
    public Undo prepare(Connection connection, Session.Access access) throws SQLException {
        if (access == Session.Access.WRITE && countsChangedRows(connection)) {
            throw new SQLException(
                    "useAffectedRows=true makes an update that finds its row look like one that does not: remove it"
                            + " from the URL",
                    "42000");
        }
        Undo readOnly = super.prepare(connection, access);
        Variables before = Variables.of(connection);
        Variables wanted = before.wanted(access);
        if (wanted.equals(before)) {
            return readOnly;
        }
        wanted.set(connection);
        return () -> {
            before.set(connection);
            readOnly.undo();
        };
    }

    private static boolean countsChangedRows(Connection connection) throws SQLException {
        String url = connection.getMetaData().getURL();
        return url != null && url.toLowerCase(Locale.ROOT).contains("useaffectedrows=true");
    }

    @Override
    public void beginReading(Connection connection) throws SQLException {
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        try (Statement statement = connection.createStatement()) {
            statement.execute("start transaction with consistent snapshot, read only");
        }
    }

    @Override
    public void stream(PreparedStatement statement, int rows) throws SQLException {
        // MySQL's driver collects all rows first, unless it is given this number
        statement.setFetchSize(isMySqlDriver ? Integer.MIN_VALUE : rows);
    }

    @Override
    public int mostBinds() {
        return MOST_BINDS;
    }

    @Override
    public Optional<String> culprit(SQLException failure) {
        String message = String.valueOf(failure.getMessage());
        if (SqlState.of(failure).equals("23505")) {
            Matcher matcher = DUPLICATE.matcher(message);
            return matcher.find() ? Optional.of(matcher.group("name")) : Optional.empty();
        }
        Matcher matcher = CONSTRAINT.matcher(message);
        if (!matcher.find()) {
            return Optional.empty();
        }
        for (String group : List.of("column", "field", "mariadb", "mysql", "foreign")) {
            if (matcher.group(group) != null) {
                return Optional.of(matcher.group(group));
            }
        }
        return Optional.empty();
    }

    @Override
    public Optional<BulkPath> bulkPath(Session session, TableDefinition table, ChangeBinder binder)
            throws SQLException {
        return MultiRowInserts.of(session, table, binder);
    }

    @Override
    public boolean waitsForWriters() {
        return true;
    }
}
