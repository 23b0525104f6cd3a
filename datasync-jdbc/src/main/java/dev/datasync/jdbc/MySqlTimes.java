package dev.datasync.jdbc;

import dev.datasync.row.ConversionException;
import dev.datasync.row.FieldType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Dates and times of MariaDB and MySQL, which go there as text, for example {@code 2025-12-31 23:59:59.123}. Times come
 * back as text too, because drivers make a time of day of minus 25 hours.
 */
final class MySqlTimes {

    private static final int TIME_LENGTH = 8;
    private static final int FRACTION_DIGITS = 6;
    private static final int NANOS_OF_MICRO = 1_000;
    private static final int LAST_YEAR = 9_999;

    /** The SQLState of MySQL's driver for a value that it does not read. */
    private static final String ILLEGAL_VALUE = "S1009";

    private static final String NO_DATE = "it holds a date that does not exist, such as 0000-00-00";
    private static final String NO_TIME =
            "it holds a duration below zero or of more than a day, which is no time of day";

    private MySqlTimes() {}

    private static <T> @Nullable T read(ResultSet rows, int column, Class<T> type) throws SQLException {
        T value;
        try {
            value = rows.getObject(column, type);
        } catch (DateTimeException e) {
            // not chained: the message of the JDK's exception shows the value
            throw new ConversionException(NO_DATE);
        } catch (SQLException e) {
            if (SqlState.of(e).startsWith("22") || SqlState.of(e).equals(ILLEGAL_VALUE)) {
                throw new ConversionException(NO_DATE);
            }
            throw e;
        }
        // MariaDB's driver makes a null of a zero date
        if (value == null && rows.getString(column) != null) {
            throw new ConversionException(NO_DATE);
        }
        return value;
    }

    static ColumnCodec date() {
        return new ColumnCodec(
                FieldType.date(),
                Types.VARCHAR,
                (rows, column) -> read(rows, column, LocalDate.class),
                (statement, parameter, value) -> statement.setString(parameter, value.toString()),
                value -> checkYear(((LocalDate) value).getYear()));
    }

    static ColumnCodec time(int fractionDigits) {
        return new ColumnCodec(
                FieldType.time(fractionDigits),
                Types.VARCHAR,
                (rows, column) -> {
                    String text = rows.getString(column);
                    return text == null ? null : time(text);
                },
                (statement, parameter, value) -> statement.setString(parameter, value.toString()));
    }

    static ColumnCodec timestamp(int fractionDigits) {
        return new ColumnCodec(
                FieldType.timestamp(fractionDigits),
                Types.VARCHAR,
                (rows, column) -> read(rows, column, LocalDateTime.class),
                (statement, parameter, value) -> statement.setString(parameter, text((LocalDateTime) value)),
                value -> checkYear(((LocalDateTime) value).getYear()));
    }

    /** An instant, in a session whose time zone is UTC. */
    static ColumnCodec instant(int fractionDigits, long lastSecond) {
        return new ColumnCodec(
                FieldType.instant(fractionDigits),
                Types.VARCHAR,
                (rows, column) -> {
                    LocalDateTime value = read(rows, column, LocalDateTime.class);
                    return value == null ? null : value.toInstant(ZoneOffset.UTC);
                },
                (statement, parameter, value) ->
                        statement.setString(parameter, text(LocalDateTime.ofInstant((Instant) value, ZoneOffset.UTC))),
                value -> {
                    long second = ((Instant) value).getEpochSecond();
                    if (second < 1 || second > lastSecond) {
                        throw new ConversionException("an instant is not in the column's range from "
                                + Instant.ofEpochSecond(1) + " to " + Instant.ofEpochSecond(lastSecond)
                                + ": declare it as datetime");
                    }
                });
    }

    private static void checkYear(int year) {
        if (year < 1 || year > LAST_YEAR) {
            throw new ConversionException("a date is not in the column's range from 0001-01-01 to 9999-12-31");
        }
    }

    static String text(LocalDateTime timestamp) {
        return timestamp.toLocalDate() + " " + timestamp.toLocalTime();
    }

    private static LocalTime time(String text) {
        try {
            return LocalTime.of(number(text, 0, 2), number(text, 3, 5), number(text, 6, 8), nanos(text));
        } catch (DateTimeException | NumberFormatException | IndexOutOfBoundsException e) {
            throw new ConversionException(NO_TIME);
        }
    }

    private static int nanos(String time) {
        if (time.length() == TIME_LENGTH) {
            return 0;
        }
        if (time.charAt(TIME_LENGTH) != '.') {
            throw new NumberFormatException();
        }
        int micros = number(time, TIME_LENGTH + 1, time.length());
        for (int digits = time.length() - TIME_LENGTH - 1; digits < FRACTION_DIGITS; digits++) {
            micros *= 10;
        }
        return micros * NANOS_OF_MICRO;
    }

    private static int number(String text, int from, int to) {
        return Integer.parseInt(text, from, to, 10);
    }
}
