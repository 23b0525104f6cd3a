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

/** Dates and times as MariaDB and MySQL write them, for example {@code 2025-12-31 23:59:59.123}. */
final class MySqlTimes {

    private static final int DATE_LENGTH = 10;
    private static final int TIME_LENGTH = 8;
    private static final int FRACTION_DIGITS = 6;
    private static final int NANOS_OF_MICRO = 1_000;
    private static final int LAST_YEAR = 9_999;

    private static final String NO_DATE = "it holds a date that does not exist, such as 0000-00-00";
    private static final String NO_TIME = "it holds a duration below zero or of more than a day, which is no time of day";

    private MySqlTimes() {}

    /** Makes a value of a text. */
    @FunctionalInterface
    private interface Parser {
        Object parse(String text);
    }

    private static ColumnCodec codec(FieldType type, Parser parser) {
        return new ColumnCodec(
                type,
                Types.VARCHAR,
                (rows, column) -> parsed(rows, column, parser),
                (statement, parameter, value) -> statement.setString(parameter, value.toString()));
    }

    private static @Nullable Object parsed(ResultSet rows, int column, Parser parser) throws SQLException {
        String text = rows.getString(column);
        return text == null ? null : parser.parse(text);
    }

    static ColumnCodec date() {
        return codec(FieldType.date(), MySqlTimes::date).checking(value -> checkYear(((LocalDate) value).getYear()));
    }

    static ColumnCodec time(int fractionDigits) {
        return codec(FieldType.time(fractionDigits), MySqlTimes::time);
    }

    static ColumnCodec timestamp(int fractionDigits) {
        return codec(FieldType.timestamp(fractionDigits), MySqlTimes::timestamp)
                .binding(
                        Types.VARCHAR,
                        (statement, parameter, value) -> statement.setString(parameter, text((LocalDateTime) value)))
                .checking(value -> checkYear(((LocalDateTime) value).getYear()));
    }

    /** An instant, in a session whose time zone is UTC. */
    static ColumnCodec instant(int fractionDigits, long lastSecond) {
        return codec(
                        FieldType.instant(fractionDigits),
                        text -> timestamp(text).toInstant(ZoneOffset.UTC))
                .binding(
                        Types.VARCHAR,
                        (statement, parameter, value) -> statement.setString(
                                parameter, text(LocalDateTime.ofInstant((Instant) value, ZoneOffset.UTC))))
                .checking(value -> {
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

    private static LocalDate date(String text) {
        try {
            return LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10));
        } catch (DateTimeException | NumberFormatException | IndexOutOfBoundsException e) {
            // not chained: the message of the JDK's exception shows the value
            throw new ConversionException(NO_DATE);
        }
    }

    private static LocalTime time(String text) {
        try {
            return LocalTime.of(number(text, 0, 2), number(text, 3, 5), number(text, 6, 8), nanos(text));
        } catch (DateTimeException | NumberFormatException | IndexOutOfBoundsException e) {
            throw new ConversionException(NO_TIME);
        }
    }

    private static LocalDateTime timestamp(String text) {
        LocalDate date = date(text);
        return text.length() == DATE_LENGTH
                ? date.atStartOfDay()
                : LocalDateTime.of(date, time(text.substring(DATE_LENGTH + 1)));
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
