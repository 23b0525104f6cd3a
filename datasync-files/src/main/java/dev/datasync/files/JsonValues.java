package dev.datasync.files;

import dev.datasync.row.ConversionException;
import dev.datasync.row.FieldType;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/** The values of JSON as those of a field. */
final class JsonValues {

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(JsonLimits.PARSER)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private JsonValues() {}

    /**
     * Returns a value of a document in the form in which a field of some type holds it.
     *
     * @throws ConversionException when the type cannot hold it
     */
    static @Nullable Object typed(FieldType type, @Nullable Object value) {
        if (value == null) {
            return null;
        }
        if (type instanceof FieldType.Json && value instanceof String text) {
            // the document is the string itself, and not what the string may contain
            StringBuilder quoted = new StringBuilder();
            JsonStyle.quote(quoted, text);
            return type.convert(quoted);
        }
        return type.convert(value);
    }

    /**
     * Returns a JSON document as the values it consists of.
     *
     * @throws ConversionException when it is none
     */
    static @Nullable Object parsed(String document) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), document)) {
            parser.nextToken();
            Object value = parser.currentToken() == null ? null : value(parser);
            boolean isOne = parser.currentToken() != null && parser.nextToken() == null;
            if (isOne) {
                return value;
            }
            throw new ConversionException("a text of " + document.length() + " characters is not JSON");
        } catch (JacksonException | NumberFormatException e) {
            // its message quotes the document
            throw new ConversionException("a text of " + document.length() + " characters is not JSON");
        }
    }

    private static @Nullable Object value(JsonParser parser) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    parser.nextToken();
                    map.put(name, value(parser));
                }
                yield map;
            }
            case START_ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    list.add(value(parser));
                }
                yield list;
            }
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new BigDecimal(parser.getString());
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
        };
    }
}
