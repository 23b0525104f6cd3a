package dev.datasync.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTypeTest {

    private static final FieldType JSON = FieldType.json();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"b\": 1, \"a\": [true, null]} | {\"a\":[true,null],\"b\":1}",
                "[1.10, 1.1e0, 11E-1] | [1.1,1.1,1.1]",
                "[0, -0, 0.00, -0.0e5] | [0,0,0,0]",
                "[100, 1e2] | [100,100]",
                "{\"a\": 1, \"a\": 2} | {\"a\":2}",
                "\"\\u0041\\/\\n\\t\\\"\\\\\" | \"A/\\u000a\\u0009\\\"\\\\\"",
                "  null  | null",
                "[] | []",
                "{ } | {}",
                "1e400 | 1E+400",
                "123456789012345678901234567890.10 | 123456789012345678901234567890.1"
            })
    void equal_documents_have_one_form(String text, String form) {
        assertThat(JSON.convert(text)).isEqualTo(form);
        assertThat(JSON.convert(form)).isEqualTo(form);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[1,]",
                "{\"a\":1,}",
                "{a:1}",
                "'a'",
                "01",
                "1.",
                ".5",
                "+1",
                "1e",
                "nul",
                "truex",
                "[1] 2",
                "\"a",
                "\"\\x\"",
                "\"\\u12g4\"",
                "\"a\nb\"",
                "NaN",
                "[1 2]",
                "{\"a\" 1}",
                "{\"a\":}",
                "-",
                "1e99999999999",
                "1e999999",
                "{,}",
                "[,1]"
            })
    void what_is_not_json_is_refused_without_showing_it(String text) {
        assertThatThrownBy(() -> JSON.convert(text))
                .isInstanceOf(ConversionException.class)
                .hasMessageContaining("JSON");
    }

    @Test
    void nesting_is_bounded() {
        assertThatThrownBy(() -> JSON.convert("[".repeat(100_000))).isInstanceOf(ConversionException.class);
        assertThat(JSON.convert("[".repeat(400) + "]".repeat(400))).isNotNull();
    }

    @Test
    void values_become_documents() {
        assertThat(JSON.convert(Map.of("b", 1, "a", Arrays.asList(new BigDecimal("1.50"), null, true, "x"))))
                .isEqualTo("{\"a\":[1.5,null,true,\"x\"],\"b\":1}");
        assertThat(JSON.convert(Row.of("n", 2L, "m", "t"))).isEqualTo("{\"m\":\"t\",\"n\":2}");
        assertThat(JSON.convert(7)).isEqualTo("7");
        assertThat(JSON.convert(List.of())).isEqualTo("[]");
    }

    @RepeatedTest(20)
    void a_document_and_its_form_have_the_same_form() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        StringBuilder text = new StringBuilder();
        document(text, random, 4);

        String form = (String) JSON.convert(text.toString());

        assertThat(JSON.convert(form)).as("seed %s: %s", seed, text).isEqualTo(form);
    }

    private static void document(StringBuilder out, SplittableRandom random, int depth) {
        out.append(random.nextInt(3) == 0 ? " " : "");
        switch (random.nextInt(depth == 0 ? 4 : 6)) {
            case 0 -> out.append(random.nextInt(-1_000, 1_000)).append(random.nextBoolean() ? ".50" : "");
            case 1 -> out.append(random.nextBoolean());
            case 2 -> out.append("null");
            case 3 ->
                out.append('"').append((char) random.nextInt(0x4e00, 0x4f00)).append("\\u00e9\"");
            case 4 -> {
                out.append('[');
                for (int i = random.nextInt(4); i > 0; i--) {
                    document(out, random, depth - 1);
                    out.append(i > 1 ? "," : "");
                }
                out.append(']');
            }
            default -> {
                out.append('{');
                for (int i = random.nextInt(4); i > 0; i--) {
                    out.append("\"k").append(random.nextInt(10)).append("\":");
                    document(out, random, depth - 1);
                    out.append(i > 1 ? "," : "");
                }
                out.append('}');
            }
        }
        out.append(random.nextInt(3) == 0 ? "\t" : "");
    }
}
