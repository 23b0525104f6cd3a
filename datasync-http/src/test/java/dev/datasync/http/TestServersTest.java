package dev.datasync.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.http.TestServer.Reply;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The servers of the tests do what the tests believe. */
class TestServersTest {

    @Test
    void a_scripted_server_answers_and_notes_requests() throws Exception {
        try (TestServer server = TestServer.start(
                        request -> Reply.json("[" + request.query("page") + "]").header("X-Total-Count", "7"));
                Session session = new Session(HttpApi.at(server.at("")), action -> {})) {
            Answer answer = session.send(
                    Call.get(server.uri("/customers?page=%33"), List.of(new Call.Header("X-Mine", "yes")), "page 3"));
            assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo("[3]");
            assertThat(answer.headers().firstValue("x-total-count")).hasValue("7");
            assertThat(server.requests()).singleElement().satisfies(request -> {
                assertThat(request.path()).isEqualTo("/customers");
                assertThat(request.header("x-mine")).isEqualTo("yes");
            });
        }
    }

    @Test
    void a_raw_server_answers_with_bytes() throws Exception {
        try (RawServer server = RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                Session session = new Session(HttpApi.at(server.at("")), action -> {})) {
            Answer answer = session.send(Call.get(server.uri("/a"), List.of(), "page 1"));
            assertThat(answer.body()).containsExactly('o', 'k');
            assertThat(server.requests()).singleElement().asString().startsWith("GET /a HTTP/1.1\r\n");
        }
    }
}
