package dev.datasync.testkit;

import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Rows of any schema, each made of a number: the same number makes the same row. */
final class Samples {

    /** Texts that have broken formats before. A carriage return and the character 0 are not among them. */
    static final List<String> AWKWARD_TEXTS = List.of(
            "plain",
            "\"quoted\"",
            "it's",
            "comma, semicolon; tab\tpipe|",
            "two\nlines",
            "back\\slash \\n",
            "Übergröße",
            "日本語",
            "\uD83D\uDE00 emoji",
            "e\u0301 combining",
            "<tag attribute='x'>&amp;</tag>",
            "=1+1",
            "-- comment /* */ %s {} ${x}",
            "true",
            "2025-01-31");

    private final Schema schema;
    private final List<String> keyFields;
    private final List<String> texts;

    Samples(Schema schema, List<String> keyFields, List<String> texts) {
        this.schema = schema;
        this.keyFields = keyFields;
        this.texts = texts;
    }

    /** Returns rows with the numbers from the first to the last, in the order of their keys. */
    List<Row> rows(int first, int last) {
        return IntStream.rangeClosed(first, last).mapToObj(this::row).toList();
    }

    Row row(int number) {
        return row(number, 0);
    }

    /** Returns a row with the key of a number, whose other values depend on the version too. */
    Row row(int number, int version) {
        @Nullable Object[] values = new @Nullable Object[schema.size()];
        for (int i = 0; i < values.length; i++) {
            Field field = schema.field(i);
            values[i] = isKey(field.name())
                    ? key(field.type(), number)
                    : value(field.type(), number * 7 + i + version * 1_000_003);
        }
        return schema.row(values);
    }

    /** Returns a row with the key of a number whose other fields are all null, where they can be. */
    Row nulls(int number) {
        Row full = row(number);
        @Nullable Object[] values = new @Nullable Object[schema.size()];
        for (int i = 0; i < values.length; i++) {
            Field field = schema.field(i);
            values[i] = isKey(field.name()) || field.is(Field.Trait.NOT_NULL) ? full.value(i) : null;
        }
        return schema.row(values);
    }

    /** Returns a row with the key of a number whose texts are one of the awkward ones, as far as they fit. */
    Row text(int number, String text) {
        Row full = row(number);
        @Nullable Object[] values = new @Nullable Object[schema.size()];
        for (int i = 0; i < values.length; i++) {
            Field field = schema.field(i);
            values[i] = !isKey(field.name()) && field.type() instanceof FieldType.Text type
                    ? type.convert(cut(text, type.maxLength()))
                    : full.value(i);
        }
        return schema.row(values);
    }

    private boolean isKey(String name) {
        return keyFields.stream().anyMatch(key -> key.equals(name));
    }

    private static Object key(FieldType type, int number) {
        if (type instanceof FieldType.Text text) {
            // of one width, so that the order of the texts is that of the numbers
            return text.convert(String.format("%0" + Math.min(8, text.maxLength()) + "d", number));
        }
        if (type instanceof FieldType.Whole || type instanceof FieldType.Any) {
            return type.convert((long) number);
        }
        if (type instanceof FieldType.Decimal || type instanceof FieldType.Real) {
            return type.convert(BigDecimal.valueOf(number));
        }
        return value(type, number, AWKWARD_TEXTS);
    }

    private Object value(FieldType type, int seed) {
        return value(type, seed, texts);
    }

    private static Object value(FieldType type, int seed, List<String> texts) {
        int positive = seed & Integer.MAX_VALUE;
        if (type instanceof FieldType.Text text) {
            return text.convert(cut(positive + " " + texts.get(positive % texts.size()), text.maxLength()));
        }
        if (type instanceof FieldType.Whole whole) {
            long most = whole.bits() == 8 ? 127 : 32_767;
            return type.convert(seed % 2 == 0 ? positive % most : -(positive % most));
        }
        if (type instanceof FieldType.Json) {
            return type.convert(List.of(positive, texts.get(positive % texts.size())));
        }
        if (type instanceof FieldType.Decimal decimal) {
            return decimal.convert(decimal(decimal, positive));
        }
        if (type instanceof FieldType.Real) {
            return type.convert(positive % 100_000 / 8.0);
        }
        if (type instanceof FieldType.Bool) {
            return positive % 2 == 0;
        }
        if (type instanceof FieldType.Day) {
            return LocalDate.of(1999, 12, 28).plusDays(positive % 20_000);
        }
        if (type instanceof FieldType.Clock) {
            return type.convert(LocalTime.MIDNIGHT.plusNanos(positive * 1_001_001_001L));
        }
        if (type instanceof FieldType.Timestamp) {
            return type.convert(LocalDateTime.of(2001, 2, 3, 4, 5, 6)
                    .plusSeconds(positive)
                    .plusNanos(positive % 1_000 * 1_001_001L));
        }
        if (type instanceof FieldType.Moment) {
            return type.convert(Instant.parse("2001-02-03T04:05:06Z")
                    .plusSeconds(positive)
                    .plusNanos(positive % 1_000 * 1_001_001L));
        }
        if (type instanceof FieldType.Uuid) {
            return new UUID((long) positive << 32 | 0x4000, 0x8000_0000_0000_0000L | positive);
        }
        if (type instanceof FieldType.Binary binary) {
            byte[] bytes =
                    BigInteger.valueOf(positive).shiftLeft(8).or(BigInteger.TEN).toByteArray();
            return bytes.length > binary.maxLength() ? new byte[] {(byte) positive} : bytes;
        }
        if (type instanceof FieldType.Sequence sequence) {
            List<Object> items = new ArrayList<>();
            for (int i = 0; i < positive % 3; i++) {
                items.add(value(sequence.element(), positive + i, texts));
            }
            return type.convert(items);
        }
        if (type instanceof FieldType.Nested) {
            return type.convert(Map.of("number", positive, "text", texts.get(positive % texts.size())));
        }
        return type.convert("any " + positive);
    }

    private static BigDecimal decimal(FieldType.Decimal type, int positive) {
        int scale = type.scale() == FieldType.Decimal.ANY_SCALE ? 2 : type.scale();
        int digits = type.precision() == 0 ? 9 : Math.min(9, type.precision());
        BigDecimal number = BigDecimal.valueOf(positive % (long) Math.pow(10, digits), scale);
        return positive % 3 == 0 ? number.negate() : number;
    }

    private static String cut(String text, int length) {
        return text.codePointCount(0, text.length()) <= length
                ? text
                : text.substring(0, text.offsetByCodePoints(0, length));
    }
}
