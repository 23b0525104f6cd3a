package dev.datasync.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.row.Row;
import dev.datasync.source.Completion;
import dev.datasync.source.ReadContext;
import dev.datasync.source.Receiver;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What a reading holds does not grow with the number of pages. */
class HttpMemoryTest {

    private static final int RECORDS = 100_000;
    private static final int SIZE = 100;

    @Test
    void a_hundred_thousand_records_fit_into_a_small_heap() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx96m",
                        "-XX:+UseSerialGC",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        HttpMemoryTest.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    /**
     * Reads the records, and fails when they are not all there.
     *
     * @param arguments none
     * @throws Exception when they cannot be read
     */
    public static void main(String[] arguments) throws Exception {
        String text = "x".repeat(100);
        TestServer.Handler handler = request -> {
            int from = Integer.parseInt(Objects.requireNonNullElse(request.query("offset"), "0"));
            StringBuilder json = new StringBuilder("[");
            for (int id = from; id < Math.min(from + SIZE, RECORDS); id++) {
                json.append(id == from ? "" : ",")
                        .append("{\"id\":")
                        .append(id)
                        .append(",\"text\":\"")
                        .append(text)
                        .append("\"}");
            }
            return TestServer.Reply.json(json + "]");
        };
        try (TestServer server = TestServer.start(handler)) {
            HttpResource resource = HttpResource.get(server.at("/a"))
                    .pages(Paging.offset("offset", "limit", SIZE))
                    .ahead(8);
            long[] next = {0};
            Completion completion = resource.read(
                    new Receiver<Row>() {
                        @Override
                        public void accept(Row row) {
                            throw new AssertionError("no position");
                        }

                        @Override
                        public void accept(Row row, long position) {
                            if (row.integer("id") != next[0]++) {
                                throw new AssertionError("record " + next[0] + " is not the next one");
                            }
                        }

                        @Override
                        public void reject(long position, String reason) {
                            throw new AssertionError(reason);
                        }
                    },
                    new ReadContext() {
                        @Override
                        public String plan() {
                            return "memory";
                        }

                        @Override
                        public List<String> order() {
                            return List.of();
                        }

                        @Override
                        public boolean isCancelled() {
                            return false;
                        }

                        @Override
                        public void onCancel(Cancellation action) {}
                    });
            boolean isRight = next[0] == RECORDS && completion.equals(Completion.complete());
            System.exit(isRight ? 0 : 1);
        }
    }
}
