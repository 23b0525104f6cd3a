package dev.datasync.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.datasync.http.TestServer.Reply;
import dev.datasync.source.Completion;
import dev.datasync.testkit.Reading;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ResponseCacheTest {

    private static Reply tagged(TestServer.Request request, String tag) {
        return tag.equals(request.header("If-None-Match"))
                ? Reply.of(304).header("ETag", tag).header("X-Total-Count", "1")
                : Reply.json("[{\"tag\":" + tag + "}]").header("ETag", tag);
    }

    @Test
    void an_unchanged_resource_costs_one_answer_without_a_body() throws Exception {
        AtomicReference<String> tag = new AtomicReference<>("\"a\"");
        try (TestServer server = TestServer.start(request -> tagged(request, tag.get()))) {
            ResponseCache cache = ResponseCache.upTo(1 << 20);
            HttpResource resource = HttpResource.get(server.at("/a")).cache(cache);
            List<?> first = Reading.of(resource).records();
            assertThat(Reading.of(resource).records()).isEqualTo(first);
            assertThat(server.requests()).hasSize(2);
            assertThat(server.requests().get(1).header("If-None-Match")).isEqualTo("\"a\"");
            // what the server says now counts
            assertThat(Reading.of(resource.totalHeader("X-Total-Count")).completion())
                    .isEqualTo(Completion.complete());
            tag.set("\"b\"");
            assertThat(Reading.of(resource).records()).isNotEqualTo(first);
            assertThat(cache.toString()).contains("1 answers").doesNotContain("tag");
        }
    }

    @Test
    void last_modified_does_as_well() throws Exception {
        String time = "Wed, 21 Oct 2015 07:28:00 GMT";
        try (TestServer server = TestServer.start(request -> time.equals(request.header("If-Modified-Since"))
                ? Reply.of(304)
                : Reply.json("[{\"a\":1}]").header("Last-Modified", time).gzip())) {
            HttpResource resource = HttpResource.get(server.at("/a")).cache(ResponseCache.upTo(1 << 20));
            assertThat(Reading.of(resource).records()).hasSize(1);
            assertThat(Reading.of(resource).records()).hasSize(1);
            assertThat(server.requests().get(1).header("If-Modified-Since")).isEqualTo(time);
        }
    }

    @Test
    void what_must_not_or_cannot_be_kept_is_not() throws Exception {
        for (Reply reply : List.of(
                Reply.json("[{}]"),
                Reply.json("[{}]").header("ETag", "\"a\"").header("Cache-Control", "private, No-Store"),
                Reply.json("[{}]").header("ETag", "\"a\"").header("Vary", "Accept, *"),
                Reply.json("[{\"a\":\"" + "x".repeat(9_000) + "\"}]").header("ETag", "\"a\""))) {
            try (TestServer server = TestServer.start(request -> reply)) {
                HttpResource resource = HttpResource.get(server.at("/a")).cache(ResponseCache.upTo(5_000));
                Reading.of(resource);
                Reading.of(resource);
                assertThat(server.requests().get(1).header("If-None-Match")).isNull();
            }
        }
    }

    @Test
    void answers_that_are_none_are_not_kept() throws Exception {
        try (TestServer server =
                TestServer.start(request -> Reply.json(request.header("If-None-Match") == null ? "[{]" : "no")
                        .header("ETag", "\"a\""))) {
            HttpResource resource = HttpResource.get(server.at("/a")).cache(ResponseCache.upTo(5_000));
            for (int i = 0; i < 2; i++) {
                org.assertj.core.api.Assertions.assertThatThrownBy(() -> Reading.of(resource))
                        .isInstanceOf(dev.datasync.source.ReadException.class);
                assertThat(server.requests().get(i).header("If-None-Match")).isNull();
            }
        }
    }

    @Test
    void other_apis_headers_and_queries_have_answers_of_their_own() throws Exception {
        try (TestServer server = TestServer.start(request -> tagged(request, "\"a\""))) {
            ResponseCache cache = ResponseCache.upTo(1 << 20);
            HttpApi api = HttpApi.at(server.at(""));
            Reading.of(api.get("/a").cache(cache));
            for (HttpResource other : List.of(
                    HttpApi.at(server.at("")).get("/a"),
                    api.get("/a").header("Accept-Language", "de"),
                    api.get("/a").query("x", 1))) {
                Reading.of(other.cache(cache));
                TestServer.Request last =
                        server.requests().get(server.requests().size() - 1);
                assertThat(last.header("If-None-Match")).isNull();
            }
            Reading.of(api.get("/a").cache(cache));
            assertThat(server.requests().get(4).header("If-None-Match")).isNotNull();
        }
    }

    @Test
    void what_was_not_used_for_longest_is_forgotten_first() throws Exception {
        try (TestServer server = TestServer.start(request -> tagged(request, "\"a\""))) {
            HttpApi api = HttpApi.at(server.at(""));
            ResponseCache cache = ResponseCache.upTo(2_500);
            for (String path : List.of("/1", "/2", "/1", "/3", "/1", "/2")) {
                Reading.of(api.get(path).cache(cache));
            }
            assertThat(server.requests())
                    .extracting(request -> Objects.requireNonNullElse(request.header("If-None-Match"), ""))
                    .containsExactly("", "", "\"a\"", "", "\"a\"", "");
        }
        assertThatIllegalArgumentException().isThrownBy(() -> ResponseCache.upTo(0));
    }

    @Test
    void where_there_is_a_tag_the_time_is_not_asked_for() throws Exception {
        // to the second it would be unchanged, which some servers believe although the tag is another one
        String time = "Wed, 21 Oct 2015 07:28:00 GMT";
        try (TestServer server = TestServer.start(
                request -> Reply.json("[{\"a\":1}]").header("ETag", "\"a\"").header("Last-Modified", time))) {
            HttpResource resource = HttpResource.get(server.at("/a")).cache(ResponseCache.upTo(1 << 20));
            Reading.of(resource);
            Reading.of(resource);
            assertThat(server.requests().get(1).header("If-None-Match")).isEqualTo("\"a\"");
            assertThat(server.requests().get(1).header("If-Modified-Since")).isNull();
        }
    }

    @Test
    void a_reading_that_is_not_complete_or_fails_forgets_the_pages_that_do_not_go_together() throws Exception {
        for (boolean fails : new boolean[] {false, true}) {
            int[] records = {3};
            TestServer.Handler handler = request -> {
                if ("1".equals(request.query("page"))) {
                    // its first two records stay, and the answer that says so has no total
                    return "\"a\"".equals(request.header("If-None-Match"))
                            ? Reply.of(304)
                            : Reply.json("[{\"id\":1},{\"id\":2}]")
                                    .header("ETag", "\"a\"")
                                    .header("X-Total-Count", "" + records[0]);
                }
                return fails && records[0] == 4
                        ? Reply.of(410)
                        : Reply.json(records[0] == 3 ? "[{\"id\":3}]" : "[{\"id\":3},{\"id\":4}]")
                                .header("X-Total-Count", "" + records[0]);
            };
            try (TestServer server = TestServer.start(handler)) {
                HttpResource resource = HttpResource.get(server.at("/a"))
                        .pages(Paging.number("page"))
                        .totalHeader("X-Total-Count")
                        .cache(ResponseCache.upTo(1 << 20));
                assertThat(Reading.of(resource).completion()).isEqualTo(Completion.complete());
                records[0] = 4;
                if (fails) {
                    org.assertj.core.api.Assertions.assertThatThrownBy(() -> Reading.of(resource))
                            .isInstanceOf(dev.datasync.source.ReadException.class);
                    records[0] = 3;
                } else {
                    assertThat(Reading.of(resource).completion()).isInstanceOf(Completion.Incomplete.class);
                }
                int before = server.requests().size();
                assertThat(Reading.of(resource).completion()).isEqualTo(Completion.complete());
                assertThat(server.requests().get(before).header("If-None-Match"))
                        .isNull();
            }
        }
    }
}
