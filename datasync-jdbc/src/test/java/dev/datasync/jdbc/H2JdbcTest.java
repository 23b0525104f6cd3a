package dev.datasync.jdbc;

import static dev.datasync.jdbc.Writing.insert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.datasync.jdbc.database.H2Database;
import dev.datasync.jdbc.database.TestDatabase;
import dev.datasync.sink.Outcome;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class H2JdbcTest extends JdbcScenarios {

    @Override
    TestDatabase open() {
        return new H2Database();
    }

    @Override
    Map<String, List<?>> types() {
        Map<String, List<?>> types = new LinkedHashMap<>();
        types.put("tinyint", List.of(-128, 127));
        types.put("smallint", List.of(Short.MIN_VALUE, Short.MAX_VALUE));
        types.put("int", List.of(Integer.MIN_VALUE, Integer.MAX_VALUE));
        types.put("bigint", List.of(Long.MIN_VALUE, Long.MAX_VALUE));
        types.put("numeric(9,2)", List.of(new BigDecimal("1.1"), new BigDecimal("-9999999.99")));
        types.put("numeric", List.of(new BigDecimal("1"), new BigDecimal("123456789012345678901234567890")));
        types.put("decfloat", List.of(new BigDecimal("1.10"), new BigDecimal("1E+3")));
        types.put("real", List.of(1.5f, -0.0f));
        types.put("float(20)", List.of(0.1f, Float.MAX_VALUE));
        types.put("double precision", List.of(0.1, Double.NaN));
        types.put("boolean", List.of(true, false));
        types.put("char(5)", List.of("ab", "abcde"));
        types.put("varchar(20)", List.of("", " padded "));
        types.put("varchar", List.of("x".repeat(5_000), "line\nbreak\u0000"));
        types.put("varchar_ignorecase(10)", List.of("aB", "Cd"));
        types.put("clob", List.of("text", "😀"));
        types.put("date", List.of(LocalDate.of(2024, 2, 29), LocalDate.of(-43, 3, 15)));
        types.put("time", List.of(LocalTime.of(23, 59, 59, 999), LocalTime.MIDNIGHT));
        types.put("time(3)", List.of(LocalTime.of(23, 59, 59, 999_999_999), LocalTime.NOON));
        types.put(
                "timestamp",
                List.of(LocalDateTime.of(2024, 12, 31, 23, 59, 59, 999_999_999), LocalDateTime.MIN.withYear(1)));
        types.put("timestamp(0)", List.of(LocalDateTime.of(2024, 3, 31, 2, 30, 0, 900_000_000), "2024-01-01 00:00:00"));
        types.put("timestamp(9)", List.of(LocalDateTime.of(2024, 3, 31, 2, 30, 0, 1), "2024-01-01T00:00:00"));
        types.put("timestamp with time zone", List.of(Instant.parse("2024-03-31T01:30:00.123456789Z"), Instant.EPOCH));
        types.put("uuid", List.of(UUID.fromString("ffffffff-0000-0000-0000-000000000001"), new UUID(0, 0)));
        types.put("varbinary(9)", List.of(new byte[] {1, -1}, new byte[0]));
        types.put("blob", List.of(new byte[] {0}, new byte[5_000]));
        types.put("int array", List.of(Arrays.asList(1, null, 3), List.of()));
        types.put("varchar(20) array", List.of(Arrays.asList("a", null, ""), List.of("b,\"c\"")));
        types.put("numeric(9,2) array", List.of(List.of(new BigDecimal("1.1")), List.of(2)));
        types.put("timestamp(3) array", List.of(List.of("2024-03-31T02:30:00.1234"), List.of()));
        types.put("timestamp with time zone array", List.of(List.of(Instant.EPOCH), List.of()));
        types.put("json", List.of("{\"a\":1}", "[1,null]"));
        types.put("enum('a', 'b')", List.of("a", "b"));
        types.put("time with time zone", List.of("10:00:00+02", "23:59:59+00"));
        types.put("geometry", List.of("POINT (1 2)", "POINT (3 4)"));
        return types;
    }

    @Override
    List<String> unfitForKeys() {
        // in H2 an array with a null in it equals nothing, not even itself
        return List.of("clob", "blob", "int array", "varchar(20) array");
    }

    @Override
    String longQuery() {
        return "select count(*) as c from system_range(1, 1000000) a, system_range(1, 1000000) b";
    }

    @Override
    String isExecuting() {
        return "select 1 from information_schema.sessions where executing_statement like '%system_range(1, 1000000)%'"
                + " and session_id <> session_id()";
    }

    @Override
    String numbers(String expression, int count) {
        return "select " + expression.replace("n", "x") + " as q from system_range(1, " + count + ")";
    }

    @Override
    int leastStreamed() {
        // H2 computes a result in memory before it hands out the first row
        return 0;
    }

    @Override
    String generatedSuffix() {
        return "";
    }

    @Test
    void counts_characters_as_h2_does() throws Exception {
        JdbcTable products = products();

        assertThatThrownBy(() -> Writing.write(products, insert("id", 1, "name", "😀".repeat(11))))
                .hasMessageContaining("insert of id=1: column 'NAME': a text of 22 characters, as H2 counts them");
        assertThat(Writing.write(products, insert("id", 1, "name", "😀".repeat(10))))
                .containsExactly(Outcome.applied());
    }
}
