package dev.datasync.jdbc;

import dev.datasync.row.ConversionException;
import dev.datasync.row.FieldType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jooq.SQLDialect;

/** PostgreSQL. */
final class PostgresDialect extends StandardDialect {

    /** A negative scale comes out of the type modifier's eleven bits as a number beyond the greatest scale. */
    private static final int SCALE_VALUES = 2_048;

    private static final int GREATEST_SCALE = 1_000;

    private static final int GREATEST_PRECISION = 1_000;

    private static final int MOST_CHARACTERS = 10_485_760;

    private static final int FRACTION_DIGITS = 6;

    private static final String UNWRITABLE = "select pg_relation_is_updatable(c.oid, true) <> 0 as writable,"
            + " has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE')"
            + " or has_any_column_privilege(c.oid, 'INSERT, UPDATE') as permitted"
            + " from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace"
            + " where n.nspname = ? and c.relname = ?";

    /** Whether the server is PostgreSQL itself and not a product that speaks its language. */
    static final String IS_POSTGRES = "pg_catalog.version() like 'PostgreSQL %'"
            + " and pg_catalog.version() not similar to '%(Redshift|Greenplum|-YB-)%'";

    /**
     * Whether a table is a plain one of PostgreSQL itself in which a row depends on nothing but its values: no triggers,
     * rules, policies, heirs or references to other rows, and no column that draws its value from a sequence, or from a
     * function that may do so.
     */
    private static final String TAKES_INSERTS_AHEAD = "select c.relkind = 'r' and not c.relhasrules"
            + " and not c.relrowsecurity and not c.relhassubclass"
            + " and " + IS_POSTGRES
            + " and not exists (select 1 from pg_catalog.pg_trigger g where g.tgrelid = c.oid and not g.tgisinternal)"
            + " and not exists (select 1 from pg_catalog.pg_constraint f where f.conrelid = c.oid and f.contype = 'f')"
            + " and not exists (select 1 from pg_catalog.pg_attribute a join pg_catalog.pg_type t on t.oid = a.atttypid"
            + " left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum"
            + " where a.attrelid = c.oid and not a.attisdropped and a.attname <> all (?) and (a.attidentity <> ''"
            + " or pg_catalog.pg_get_expr(d.adbin, d.adrelid) like '%nextval(%' or t.typdefault like '%nextval(%'"
            // the catalog tells of functions only which do not belong to the server
            + " or exists (select 1 from pg_catalog.pg_depend p"
            + " where p.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass and (p.objid = d.oid"
            + " and p.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass or p.objid = t.oid and t.typtype = 'd'"
            + " and p.classid = 'pg_catalog.pg_type'::pg_catalog.regclass)))) as fits"
            + " from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace"
            + " where n.nspname = ? and c.relname = ?";

    /** The first version that has identity columns. */
    private static final int FIRST_WITH_IDENTITY = 10;

    private static final Map<String, Integer> ELEMENTS = Map.ofEntries(
            Map.entry("bool", Types.BOOLEAN),
            Map.entry("int2", Types.SMALLINT),
            Map.entry("int4", Types.INTEGER),
            Map.entry("int8", Types.BIGINT),
            Map.entry("numeric", Types.NUMERIC),
            Map.entry("float4", Types.REAL),
            Map.entry("float8", Types.DOUBLE),
            Map.entry("bpchar", Types.CHAR),
            Map.entry("varchar", Types.VARCHAR),
            Map.entry("text", Types.VARCHAR),
            Map.entry("uuid", Types.OTHER),
            Map.entry("date", Types.DATE),
            Map.entry("time", Types.TIME),
            Map.entry("timestamp", Types.TIMESTAMP),
            Map.entry("timestamptz", Types.TIMESTAMP));

    /** The server's own wording, in which nothing but the quoted identifier varies and no value comes before it. */
    private static final Pattern CULPRIT =
            Pattern.compile("(?:ERROR: )?(?:(?:duplicate key value|conflicting key value|insert or update on table"
                    + " \"[^\"]*\"|update or delete on table \"[^\"]*\"|new row for relation \"[^\"]*\") violates"
                    + " (?:unique|exclusion|foreign key|check) constraint|null value in column) \"(?<name>[^\"]*)\"");

    /** The first version that tells what became of a transaction. */
    private static final int FIRST_WITH_STATUS = 10;

    PostgresDialect() {
        super(SQLDialect.POSTGRES);
    }

    @Override
    public ColumnCodec codec(ColumnType column) {
        String name = column.typeName();
        if (column.jdbcType() == Types.ARRAY && name.startsWith("_")) {
            return array(column, name.substring(1));
        }
        ColumnCodec codec = checkingText(
                switch (name) {
                    case "bool",
                            "int2",
                            "int4",
                            "int8",
                            "oid",
                            "serial",
                            "smallserial",
                            "bigserial",
                            "float4",
                            "float8",
                            "varchar",
                            "text",
                            "date",
                            "time",
                            "timestamp",
                            "bytea" -> super.codec(column);
                    case "timestamptz" -> ColumnCodec.instant(column.fractionDigits());
                    case "uuid" -> ColumnCodec.uuid();
                    case "json" -> ColumnCodec.json();
                    case "jsonb" -> ColumnCodec.json().checking(PostgresDialect::checkJson);
                    case "numeric" -> refusingNaN(ColumnCodec.decimal(decimal(column)));
                    case "bit" -> column.precision() == 1 ? singleBit() : ColumnCodec.textOfOtherType();
                    // bound without a type, so that the comparison is that of char(n) and can use its index
                    case "bpchar" -> asOther(ColumnCodec.paddedText(column));
                    default -> ColumnCodec.textOfOtherType();
                });
        return codec.decoding(PostgresBinary.decoder(column, codec.type()));
    }

    private static FieldType decimal(ColumnType column) {
        if (column.precision() == 0) {
            return FieldType.decimal();
        }
        if (column.scale() > GREATEST_SCALE) {
            return FieldType.decimal(column.precision() + SCALE_VALUES - column.scale(), 0);
        }
        return FieldType.decimal(column.precision(), column.scale());
    }

    private static ColumnCodec refusingNaN(ColumnCodec codec) {
        return codec.reading((rows, column) -> {
            try {
                return codec.reader().read(rows, column);
            } catch (SQLException e) {
                if (SqlState.of(e).equals(SqlState.OUT_OF_RANGE)) {
                    throw noDecimal();
                }
                throw e;
            }
        });
    }

    static ConversionException noDecimal() {
        return new ConversionException("it holds NaN or infinity, which are no decimal numbers");
    }

    private static ColumnCodec singleBit() {
        return ColumnCodec.bool()
                .binding(
                        Types.OTHER,
                        (statement, parameter, value) ->
                                statement.setObject(parameter, (Boolean) value ? "1" : "0", Types.OTHER));
    }

    private static ColumnCodec asOther(ColumnCodec codec) {
        return codec.binding(
                Types.OTHER, (statement, parameter, value) -> statement.setObject(parameter, value, Types.OTHER));
    }

    private ColumnCodec array(ColumnType column, String elementName) {
        ColumnType element = new ColumnType(
                ELEMENTS.getOrDefault(elementName, Types.OTHER), elementName, column.precision(), column.scale());
        return ColumnCodec.array(codec(element), elementName);
    }

    /** Refuses what the server cannot store, or what the driver would store as a question mark. */
    private static ColumnCodec checkingText(ColumnCodec codec) {
        return codec.type() instanceof FieldType.Text ? codec.checking(PostgresDialect::checkText) : codec;
    }

    /** The escape is JSON, but the type holds its strings decoded. */
    private static void checkJson(Object value) {
        checkText(value);
        if (((String) value).contains("\\u0000")) {
            throw new ConversionException("JSON with the character U+0000 cannot be stored as jsonb");
        }
    }

    private static void checkText(Object value) {
        String text = (String) value;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw new ConversionException("a text with the character U+0000 cannot be stored in PostgreSQL");
            }
            if (Character.isSurrogate(c)) {
                if (Character.isLowSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    throw new ConversionException("a text with half a surrogate pair is no Unicode text");
                }
                i++;
            }
        }
    }

    @Override
    public Optional<String> columnType(FieldType type, boolean isKey) {
        if (type instanceof FieldType.Text text) {
            return Optional.of(text.maxLength() > MOST_CHARACTERS ? "text" : limited(text));
        }
        if (type instanceof FieldType.Decimal decimal) {
            return decimal(decimal);
        }
        if (type instanceof FieldType.Clock clock) {
            return Optional.of("time(" + fraction(clock.fractionDigits()) + ")");
        }
        if (type instanceof FieldType.Timestamp timestamp) {
            return Optional.of("timestamp(" + fraction(timestamp.fractionDigits()) + ")");
        }
        if (type instanceof FieldType.Moment moment) {
            return Optional.of("timestamp(" + fraction(moment.fractionDigits()) + ") with time zone");
        }
        if (type instanceof FieldType.Uuid) {
            return Optional.of("uuid");
        }
        if (type instanceof FieldType.Binary) {
            return Optional.of("bytea");
        }
        if (type instanceof FieldType.Json) {
            // not jsonb, which refuses some documents; without an order, it cannot be part of a key
            return isKey ? Optional.empty() : Optional.of("json");
        }
        if (type instanceof FieldType.Sequence list) {
            boolean isArray = !(list.element() instanceof FieldType.Sequence);
            return isArray ? columnType(list.element(), false).map(element -> element + "[]") : Optional.empty();
        }
        return super.columnType(type, isKey);
    }

    private static String limited(FieldType.Text text) {
        return (text.padding() == FieldType.Padding.STRIPPED ? "char(" : "varchar(") + text.maxLength() + ")";
    }

    private static Optional<String> decimal(FieldType.Decimal decimal) {
        if (decimal.scale() < 0) {
            return Optional.of("numeric");
        }
        int precision = decimal.precision() == 0 ? GREATEST_PRECISION : decimal.precision();
        return precision > GREATEST_PRECISION || decimal.scale() > GREATEST_SCALE
                ? Optional.of("numeric")
                : Optional.of("numeric(" + precision + "," + decimal.scale() + ")");
    }

    private static int fraction(int digits) {
        return Math.min(digits, FRACTION_DIGITS);
    }

    @Override
    public Optional<String> unwritable(Connection connection, TableName table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(UNWRITABLE)) {
            statement.setString(1, table.schema());
            statement.setString(2, table.name());
            try (ResultSet rows = statement.executeQuery()) {
                if (!rows.next()) {
                    return Optional.empty();
                }
                if (!rows.getBoolean("writable")) {
                    return Optional.of("it is a view or foreign table that takes no changes");
                }
                return rows.getBoolean("permitted")
                        ? Optional.empty()
                        : Optional.of("the database user may neither insert nor update nor delete: grant the"
                                + " permissions");
            }
        }
    }

    @Override
    public Set<String> computedColumns(Connection connection, TableName table) throws SQLException {
        return alwaysGenerated(connection, table);
    }

    @Override
    public List<String> triggers(Connection connection, TableName table) throws SQLException {
        return names(
                connection,
                "select t.tgname from pg_catalog.pg_trigger t join pg_catalog.pg_class c on c.oid = t.tgrelid join"
                        + " pg_catalog.pg_namespace n on n.oid = c.relnamespace where n.nspname = ? and c.relname = ?"
                        + " and not t.tgisinternal and t.tgenabled <> 'D' order by t.tgname",
                table);
    }

    @Override
    public boolean ordersAsEngine(FieldType type) {
        return ordersTimesAsEngine(type) || type instanceof FieldType.Uuid;
    }

    @Override
    public Optional<String> culprit(SQLException failure) {
        Matcher matcher = CULPRIT.matcher(String.valueOf(failure.getMessage()));
        return matcher.lookingAt() ? Optional.of(matcher.group("name")) : Optional.empty();
    }

    @Override
    public Optional<BulkReading> bulkReading(Connection connection) throws SQLException {
        return PostgresCopyReading.of(connection);
    }

    @Override
    public Optional<BulkPath> bulkPath(Session session, TableDefinition table, ChangeBinder binder)
            throws SQLException {
        return PostgresCopy.of(session, table, binder);
    }

    @Override
    public boolean takesInsertsAhead(Connection connection, Optional<TableName> table, List<String> delivered)
            throws SQLException {
        if (connection.getMetaData().getDatabaseMajorVersion() < FIRST_WITH_IDENTITY) {
            return false;
        }
        String sql = table.isPresent() ? TAKES_INSERTS_AHEAD : "select " + IS_POSTGRES + " as fits";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            if (table.isPresent()) {
                statement.setArray(1, connection.createArrayOf("text", delivered.toArray()));
                statement.setString(2, table.get().schema());
                statement.setString(3, table.get().name());
            }
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() && rows.getBoolean("fits");
            }
        }
    }

    @Override
    public Optional<String> transactionId(Connection connection) throws SQLException {
        if (connection.getMetaData().getDatabaseMajorVersion() < FIRST_WITH_STATUS) {
            return Optional.empty();
        }
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select txid_current_if_assigned()")) {
            return rows.next() ? Optional.ofNullable(rows.getString(1)) : Optional.empty();
        }
    }

    @Override
    public Optional<Boolean> isCommitted(Connection connection, String transactionId) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select txid_status(?)")) {
            statement.setLong(1, Long.parseLong(transactionId));
            try (ResultSet rows = statement.executeQuery()) {
                String status = rows.next() ? rows.getString(1) : null;
                return status == null || status.equals("in progress")
                        ? Optional.empty()
                        : Optional.of(status.equals("committed"));
            }
        }
    }
}
