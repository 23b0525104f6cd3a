package dev.datasync.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.datasync.row.Row;
import dev.datasync.run.Retries;
import dev.datasync.source.Completion;
import dev.datasync.source.ReadException;
import dev.datasync.testkit.Reading;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A page that was cut off or changed anywhere is never taken for another one. */
@Tag("long")
class HttpDamageTest {

    private static final String BODY = "{\"d\":[{\"id\":1,\"n\":\"\u00e4\",\"x\":[true,null]},{\"id\":2.50}],\"t\":2}";
    private static final List<Row> ROWS = rowsOfBody();

    enum Form {
        FIXED,
        CHUNKED,
        CLOSED,
        GZIP,
        LINES_FIXED,
        LINES_CLOSED;

        byte[] answer() {
            boolean isLines = this == LINES_FIXED || this == LINES_CLOSED;
            byte[] body = (isLines ? "{\"id\":1,\"n\":\"\u00e4\",\"x\":[true,null]}\n{\"id\":2.50}\n" : BODY)
                    .getBytes(StandardCharsets.UTF_8);
            body = this == GZIP ? TestServer.Reply.gzipped(body) : body;
            String head = "HTTP/1.1 200 OK\r\nContent-Type: " + (isLines ? "application/jsonl" : "application/json")
                    + "\r\n" + (this == GZIP ? "Content-Encoding: gzip\r\n" : "");
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            switch (this) {
                case CHUNKED -> {
                    answer.writeBytes(bytes(head + "Transfer-Encoding: chunked\r\n\r\n"));
                    answer.writeBytes(bytes("10\r\n"));
                    answer.write(body, 0, 16);
                    answer.writeBytes(bytes("\r\n" + Integer.toHexString(body.length - 16) + "\r\n"));
                    answer.write(body, 16, body.length - 16);
                    answer.writeBytes(bytes("\r\n0\r\n\r\n"));
                }
                case CLOSED, LINES_CLOSED -> {
                    answer.writeBytes(bytes(head + "Connection: close\r\n\r\n"));
                    answer.writeBytes(body);
                }
                default -> {
                    answer.writeBytes(bytes(head + "Content-Length: " + body.length + "\r\n\r\n"));
                    answer.writeBytes(body);
                }
            }
            return answer.toByteArray();
        }

        HttpResource resource(RawServer server) {
            HttpResource resource = HttpApi.at(server.at(""))
                    .retries(Retries.none())
                    .timeout(Duration.ofSeconds(5))
                    .get("/a");
            return this == LINES_FIXED || this == LINES_CLOSED ? resource.lines() : resource.records("/d");
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static List<Row> rowsOfBody() {
        try (RawServer server = RawServer.answering(Form.FIXED.answer())) {
            return Reading.of(Form.FIXED.resource(server)).records();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void an_answer_that_is_cut_off_at_any_byte_fails_or_has_the_very_same_rows(Form form) throws Exception {
        byte[] whole = form.answer();
        AtomicReference<byte[]> next = new AtomicReference<>(whole);
        try (RawServer server = RawServer.start(connection -> {
            if (connection.request() != null) {
                connection.write(next.get());
            }
        })) {
            HttpResource resource = form.resource(server);
            Reading<Row> undamaged = Reading.of(resource);
            assertThat(undamaged.records()).isEqualTo(ROWS).hasSize(2);
            assertThat(undamaged.completion() instanceof Completion.Complete).isEqualTo(form != Form.LINES_CLOSED);
            for (int end = 0; end < whole.length; end++) {
                next.set(Arrays.copyOf(whole, end));
                try {
                    Reading<Row> reading = Reading.of(resource);
                    if (reading.completion() instanceof Completion.Complete) {
                        assertThat(reading.records()).as("cut at byte %d", end).isEqualTo(ROWS);
                    }
                    assertThat(form).as("complete at byte %d", end).isIn(Form.CLOSED, Form.LINES_CLOSED);
                } catch (ReadException e) {
                    assertThat(e.code()).as("cut at byte %d", end).startsWith("E-HTTP-");
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void an_answer_that_is_changed_at_any_byte_gives_rows_or_a_failure_with_a_code(Form form) {
        byte[] whole = form.answer();
        AtomicReference<byte[]> next = new AtomicReference<>(whole);
        try (RawServer server = RawServer.start(connection -> {
            if (connection.request() != null) {
                connection.write(next.get());
            }
        })) {
            HttpResource resource = form.resource(server);
            for (int place = 0; place < whole.length; place++) {
                for (int change : new int[] {0x01, 0x80}) {
                    byte[] damaged = whole.clone();
                    damaged[place] ^= (byte) change;
                    next.set(damaged);
                    String what = "byte " + place + " changed by " + change;
                    assertTimeoutPreemptively(Duration.ofSeconds(20), () -> assertTyped(resource, what), what);
                }
            }
        }
    }

    private static void assertTyped(HttpResource resource, String what) {
        try {
            Reading.of(resource);
        } catch (ReadException e) {
            assertThat(e.code()).as(what).startsWith("E-HTTP-");
        } catch (Exception e) {
            throw new AssertionError(what, e);
        }
    }
}
