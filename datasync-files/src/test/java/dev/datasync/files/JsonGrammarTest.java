package dev.datasync.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.datasync.source.ReadException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is JSON and what is not, one small document for each way to get it wrong. */
class JsonGrammarTest {

    /** Values that a member may have. */
    private static final List<String> VALUES = List.of(
            "0",
            "-0",
            "7",
            "-7",
            "10",
            "0.5",
            "-0.5",
            "1e5",
            "1E5",
            "1e+5",
            "1e-5",
            "0e1",
            "0.0e0",
            "1.25E-300",
            "123456789012345678901234567890",
            "1e400",
            "\"\"",
            "\" \"",
            "\"a\"",
            "\"\\\"\"",
            "\"\\\\\"",
            "\"\\/\"",
            "\"\\b\\f\\n\\r\\t\"",
            "\"\\u0000\"",
            "\"\\u00e9\"",
            "\"\\u00E9\"",
            "\"\\uD834\\uDd1e\"",
            "\"\\\\u0041\"",
            "\"/* no comment */\"",
            "\"\u007f\"",
            "\"\u0080\"",
            "\"\u2028\u2029\"",
            "\"\ufeff\"",
            "\"\uffff\"",
            "\"\ud834\udd1e\"",
            "\"\u20ac\"",
            "\"new\u00a0line\"",
            "true",
            "false",
            "null",
            "[]",
            "[ ]",
            "[\n\t\r ]",
            "{}",
            "{ }",
            "[[]]",
            "[{}]",
            "{\"\":0}",
            "{\"a\":{}}",
            "[1,2]",
            "[ 1 , 2 ]",
            "[null,1,\"1\",{}]",
            "[\"a\",true]",
            "{\"a\":1,\"b\":2}",
            "{\"a\" : 1 , \"b\" : 2}",
            "{\"\\u0061\":1}",
            "{\"a\":[{\"b\":[]}]}");

    /** Values that no member may have. */
    private static final List<String> NO_VALUES = List.of(
            "",
            "01",
            "-01",
            "00",
            "1.",
            ".5",
            "-.5",
            "+1",
            "-",
            "--1",
            "1e",
            "1e+",
            "1E-",
            "1.e5",
            "1.5.5",
            "1e5e5",
            "0x10",
            "1_000",
            "1,000.5",
            "1 000",
            "0e",
            "- 1",
            "1a",
            "1f",
            "1d",
            "1L",
            "\uff11",
            "NaN",
            "-NaN",
            "Infinity",
            "-Infinity",
            "+Infinity",
            "inf",
            "nan",
            "True",
            "TRUE",
            "tru",
            "truee",
            "nul",
            "NULL",
            "None",
            "undefined",
            "fals",
            "'a'",
            "a",
            "\"",
            "\"a",
            "a\"",
            "\"\\\"",
            "\"\\a\"",
            "\"\\x41\"",
            "\"\\u\"",
            "\"\\u12\"",
            "\"\\u123\"",
            "\"\\u123g\"",
            "\"\\U0041\"",
            "\"\\0\"",
            "\"\\'\"",
            "\"\\\u00e9\"",
            "\"\n\"",
            "\"\r\"",
            "\"\t\"",
            "\"\u0000\"",
            "\"\u001f\"",
            "\"a\"b\"",
            "\"a\" \"b\"",
            "\u201ca\u201d",
            "`a`",
            "[",
            "]",
            "[1",
            "[1,",
            "[1,]",
            "[,1]",
            "[,]",
            "[1,,2]",
            "[1 2]",
            "[1;2]",
            "[1:2]",
            "[\"a\":1]",
            "[\"a\" 1]",
            "[1}",
            "{",
            "}",
            "{1}",
            "{1:2}",
            "{a:1}",
            "{'a':1}",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1",
            "{\"a\":1,}",
            "{,\"a\":1}",
            "{\"a\":1,,\"b\":2}",
            "{\"a\" 1}",
            "{\"a\",1}",
            "{\"a\":1 \"b\":2}",
            "{\"a\":1;\"b\":2}",
            "{\"a\"::1}",
            "{\"a\":1:2}",
            "{:1}",
            "{null:1}",
            "{[]:1}",
            "{\"a\":1]",
            "{{}}",
            "/**/1",
            "1/**/",
            "1//",
            "1#",
            "# 1",
            "<1>",
            "*",
            "&",
            "@",
            "$",
            "\u00a01",
            "\u2003 1",
            "\f1",
            "\u000b1",
            "\ufeff1",
            "\u00001",
            "\\u0031",
            "\\n",
            "(1)",
            "1)",
            "=1");

    @TempDir
    private Path folder;

    @Test
    void what_is_json_is_read_in_every_form() throws Exception {
        for (String value : VALUES) {
            read("[{\"v\":" + value + "}]", Json.Form.ARRAY);
            read(" [ {\r\n\"v\"\t: " + value + " } ] ", Json.Form.ARRAY);
            read("{\"v\":" + value.replaceAll("[\r\n]", " ") + "}", Json.Form.LINES);
            List<Json.Found> around =
                    read("{\"before\":" + value + ",\"items\":[{\"v\":1}],\"after\":" + value + "}", Json.Form.POINTER);
            assertThat(around).hasSize(1);
        }
    }

    @Test
    void what_is_no_json_is_refused_in_every_form() throws Exception {
        List<String> accepted = new ArrayList<>();
        for (String value : NO_VALUES) {
            refuse("[{\"v\":" + value + "}]", Json.Form.ARRAY, accepted);
            refuse(
                    "[{\"v\":1},{\"v\":[" + value + "]}]",
                    Json.Form.ARRAY,
                    value.isEmpty() ? new ArrayList<>() : accepted);
            refuse("{\"v\":1}\n{\"v\":" + value + "}\n", Json.Form.LINES, accepted);
            refuse("{\"before\":" + value + ",\"items\":[{\"v\":1}]}", Json.Form.POINTER, accepted);
            refuse("{\"items\":[{\"v\":1}],\"after\":" + value + "}", Json.Form.POINTER, accepted);
        }
        for (String document : List.of(
                "[",
                "]",
                "[{}",
                "[{}}",
                "[{},",
                "[{},]",
                "[,{}]",
                "[{}{}]",
                "[{} {}]",
                "[{};{}]",
                "{}",
                "{}{}",
                "[][]",
                "[],",
                ",[]",
                "[]{}",
                "[]]",
                "[]}",
                "[] 1",
                "[]\u0000",
                "[]/**/",
                "/**/[]",
                "[]//",
                "[]\ufeff",
                "\ufeff\ufeff[]",
                "\u00a0[]",
                "1",
                "\"\"",
                "null",
                "true",
                "x",
                "[{}]x",
                "[\"\"]",
                "[1]",
                "[[]]",
                "[null]",
                "[{}, null]",
                "[{]}",
                "([])",
                "\u0000[]",
                "[{}]\n[{}]",
                "`[]`",
                "---\n- a: 1",
                "a=1",
                "a: 1")) {
            refuse(document, Json.Form.ARRAY, accepted);
        }
        assertThat(accepted).isEmpty();
    }

    @Test
    void names_that_are_there_twice_are_refused_wherever_they_are() throws Exception {
        for (String twice : List.of(
                "{\"a\":1,\"a\":1}", "{\"a\":null,\"a\":null}", "{\"a\":1,\"b\":2,\"\\u0061\":3}", "{\"\":1,\"\":2}")) {
            for (String document : List.of("[" + twice + "]", "[{\"x\":" + twice + "}]", "[{\"x\":[" + twice + "]}]")) {
                assertThat(failure(document, Json.Form.ARRAY).code())
                        .as(document)
                        .isEqualTo("E-JSON-DUP-KEY");
            }
            for (String document : List.of(
                    "{\"items\":[],\"z\":" + twice + "}",
                    "{\"z\":[" + twice + "],\"items\":[]}",
                    "{\"items\":[],\"items\":[]}",
                    "{\"items\":[],\"z\":{\"y\":[{}," + twice + "]}}")) {
                assertThat(failure(document, Json.Form.POINTER).code())
                        .as(document)
                        .isEqualTo("E-JSON-DUP-KEY");
            }
        }
    }

    @Test
    void depth_is_limited_and_never_an_error_of_the_machine() throws Exception {
        for (int depth : new int[] {390, 398, 399, 400, 1_000, 100_000}) {
            for (String open : List.of("[", "{\"a\":")) {
                String deep =
                        "[{\"v\":" + open.repeat(depth) + "1" + (open.equals("[") ? "]" : "}").repeat(depth) + "}]";
                if (depth <= 398) {
                    read(deep, Json.Form.ARRAY);
                } else {
                    assertThat(failure(deep, Json.Form.ARRAY).code())
                            .as("%d", depth)
                            .isIn("E-JSON-LIMIT");
                }
                ReadException unclosed = failure("[{\"v\":" + open.repeat(depth), Json.Form.ARRAY);
                assertThat(unclosed.code()).isIn("E-JSON-LIMIT", "E-JSON-TRUNCATED");
            }
        }
    }

    private JsonFile file(String document, Json.Form form) {
        JsonFile file = JsonFile.at(Csv.write(folder, "some.json", document.getBytes(StandardCharsets.UTF_8)));
        return switch (form) {
            case LINES -> file.lines();
            case POINTER -> file.array("/items");
            default -> file;
        };
    }

    private List<Json.Found> read(String document, Json.Form form) throws Exception {
        List<Json.Found> found = new ArrayList<>();
        JsonFile file = file(document, form);
        assertThatCode(() -> found.addAll(Json.found(file))).as(document).doesNotThrowAnyException();
        assertThat(found)
                .as(document)
                .allSatisfy(each -> assertThat(each.problem()).isEmpty());
        return found;
    }

    private ReadException failure(String document, Json.Form form) {
        return Json.failure(file(document, form));
    }

    private void refuse(String document, Json.Form form, List<String> accepted) throws Exception {
        try {
            Json.found(file(document, form));
            accepted.add(form + " " + document);
        } catch (ReadException e) {
            assertThat(e.code()).startsWith("E-JSON-").isNotEqualTo("E-JSON-PARSER");
        }
    }
}
