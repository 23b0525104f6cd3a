package dev.datasync.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JsonAnswerTest {

    private static Optional<Object> parsed(String body) {
        return JsonAnswer.parsed(body.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void a_number_that_would_fill_the_memory_makes_no_answer() {
        assertThat(parsed("{\"id\":1e999}")).contains(Map.of("id", new BigDecimal("1e999")));
        assertThat(parsed("{\"id\":1e1000000000}")).isEmpty();
        assertThat(parsed("{\"id\":1e-1000000000}")).isEmpty();
    }

    @Test
    void what_is_not_one_document_is_no_answer() {
        for (String body : new String[] {"", "null", "{", "{\"a\":1,\"a\":2}", "{} {}", "<html>"}) {
            assertThat(parsed(body)).as(body).isEmpty();
        }
    }
}
