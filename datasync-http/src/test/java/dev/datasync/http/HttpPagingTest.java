package dev.datasync.http;

import static dev.datasync.http.HttpAnswersTest.assertIncomplete;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.datasync.http.PagedServer.Scheme;
import dev.datasync.http.TestServer.Reply;
import dev.datasync.row.Row;
import dev.datasync.source.Completion;
import dev.datasync.source.ReadException;
import dev.datasync.source.Source;
import dev.datasync.testkit.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What proves an end, and what is noticed on the way. */
class HttpPagingTest {

    static List<Row> rows(long from, long to) {
        return LongStream.rangeClosed(from, to)
                .mapToObj(id -> Row.of("id", id, "name", "n" + id))
                .toList();
    }

    private static List<Object> ids(Reading<Row> reading) {
        List<Object> ids = new ArrayList<>();
        reading.records().forEach(row -> ids.add(row.value("id")));
        return ids;
    }

    private static List<Object> ids(long from, long to) {
        return LongStream.rangeClosed(from, to).mapToObj(id -> (Object) id).toList();
    }

    private static List<String> asked(PagedServer server, String parameter) {
        return server.requests().stream()
                .map(request -> request.query(parameter))
                .toList();
    }

    private static ReadException failure(Source<?> source) {
        ReadException failure = catchThrowableOfType(ReadException.class, () -> Reading.of(source));
        assertThat(failure).as("the failure").isNotNull();
        return failure;
    }

    // ---------------------------------------------------------------- ends

    @Test
    void an_answer_that_tells_of_more_is_incomplete_where_nothing_is_said_of_pages() throws Exception {
        for (String more : List.of(
                "\"has_more\":true",
                "\"next\":\"/a?page=2\"",
                "\"nextPageToken\":\"x\"",
                "\"links\":{\"next\":\"/b\"}")) {
            try (TestServer server = TestServer.start(request -> Reply.json("{" + more + ",\"d\":[{\"id\":1}]}"))) {
                Reading<Row> reading =
                        Reading.of(HttpResource.get(server.at("/a")).records("/d"));
                assertThat(ids(reading)).containsExactly(1L);
                assertThat(reading.completion()).as(more).isInstanceOf(Completion.Incomplete.class);
                assertThat(reading.completion().toString()).contains("tells of more records at '/", "pages(...)");
                assertThat(Reading.of(HttpResource.get(server.at("/a"))
                                        .records("/d")
                                        .pages(Paging.by(page -> Optional.empty())))
                                .completion())
                        .isEqualTo(Completion.complete());
            }
        }
        for (String none : List.of(
                "\"has_more\":false",
                "\"next\":null",
                "\"next_cursor\":\"\"",
                "\"links\":{}",
                "\"links\":{\"next\":{}}")) {
            try (TestServer server = TestServer.start(request -> Reply.json("{" + none + ",\"d\":[{\"id\":1}]}"))) {
                assertThat(Reading.of(HttpResource.get(server.at("/a")).records("/d"))
                                .completion())
                        .as(none)
                        .isEqualTo(Completion.complete());
            }
        }
    }

    @Test
    void a_short_page_is_not_the_end() throws Exception {
        for (Scheme scheme : Scheme.values()) {
            for (int cap : new int[] {1, 2, 3, 10}) {
                try (PagedServer server = new PagedServer(scheme, 10, rows(1, 23)).cap(cap)) {
                    Reading<Row> reading = Reading.of(server.resource());
                    assertThat(ids(reading))
                            .as("%s with pages of %d", scheme, cap)
                            .isEqualTo(ids(1, 23));
                    if (scheme != Scheme.OFFSET || cap > 1) {
                        assertThat(reading.completion())
                                .as("%s with pages of %d", scheme, cap)
                                .isEqualTo(Completion.complete());
                    }
                }
            }
        }
    }

    @Test
    void offsets_overlap_by_one_record() throws Exception {
        try (PagedServer server = new PagedServer(Scheme.OFFSET, 4, rows(1, 8))) {
            assertThat(ids(Reading.of(server.resource().ahead(1)))).isEqualTo(ids(1, 8));
            assertThat(asked(server, "offset")).containsExactly("0", "3", "6", "7", "8");
        }
    }

    @Test
    void pages_that_were_asked_for_ahead_and_do_not_fit_are_asked_for_anew() throws Exception {
        try (PagedServer server = new PagedServer(Scheme.OFFSET, 10, rows(1, 40))) {
            server.meanwhile((requests, records) -> server.cap(requests % 3 == 0 ? 10 : 4));
            Reading<Row> reading = Reading.of(server.resource().ahead(5));
            assertThat(ids(reading)).isEqualTo(ids(1, 40));
            assertThat(reading.completion()).isEqualTo(Completion.complete());
        }
    }

    @Test
    void a_total_that_is_reached_saves_the_empty_page() throws Exception {
        try (PagedServer server = new PagedServer(Scheme.NUMBER_AND_TOTAL, 5, rows(1, 10))) {
            assertThat(ids(Reading.of(server.resource()))).isEqualTo(ids(1, 10));
            assertThat(asked(server, "page")).containsExactly("0", "1");
        }
    }

    @Test
    void a_failure_behind_a_proven_end_does_not_matter_and_before_it_does() throws Exception {
        for (int status : new int[] {404, 400}) {
            TestServer.Handler handler = request -> {
                int page = Integer.parseInt(
                        Optional.ofNullable(request.query("page")).orElse("0"));
                return page == 1 ? Reply.json("[{\"id\":1}]") : page == 2 ? Reply.json("[]") : Reply.of(status);
            };
            try (TestServer server = TestServer.start(handler)) {
                HttpResource resource = HttpResource.get(server.at("/a"))
                        .pages(Paging.number("page"))
                        .ahead(8);
                assertThat(Reading.of(resource).completion()).isEqualTo(Completion.complete());
                HttpResource late = HttpResource.get(server.at("/a"))
                        .pages(Paging.number("page").from(1).size("size", 2));
                assertThat(Reading.of(late).completion()).isEqualTo(Completion.complete());
                HttpResource missing = HttpResource.get(server.at("/a"))
                        .pages(Paging.number("page").from(3));
                assertThat(failure(missing).code()).isEqualTo("E-HTTP-STATUS");
            }
        }
    }

    @Test
    void numbers_without_a_total_are_incomplete_unless_nothing_changes_or_there_is_one_page() throws Exception {
        for (Paging paging : List.of(
                Paging.number("page").size("size", 5),
                Paging.offset("offset", "limit", 5).withoutOverlap())) {
            Scheme scheme = paging.kind() == Paging.Kind.NUMBER ? Scheme.NUMBER : Scheme.OFFSET;
            try (PagedServer server = new PagedServer(scheme, 5, rows(1, 6))) {
                assertIncomplete(server.api().get("/records").pages(paging), "declare total(...)");
                assertThat(Reading.of(server.api().get("/records").pages(paging.stable()))
                                .completion())
                        .isEqualTo(Completion.complete());
            }
            try (PagedServer server = new PagedServer(scheme, 5, rows(1, 4))) {
                assertThat(Reading.of(server.api().get("/records").pages(paging))
                                .completion())
                        .isEqualTo(Completion.complete());
            }
        }
    }

    @Test
    void a_server_that_gives_one_record_at_a_time_leaves_no_overlap_to_check() throws Exception {
        try (PagedServer server = new PagedServer(Scheme.OFFSET, 5, rows(1, 3)).cap(1)) {
            assertIncomplete(server.resource(), "declare total(...)");
        }
        try (PagedServer server = new PagedServer(Scheme.OFFSET, 5, rows(1, 1))) {
            assertThat(Reading.of(server.resource()).completion()).isEqualTo(Completion.complete());
        }
    }

    // ---------------------------------------------------------------- shifts

    @Test
    void a_record_that_is_removed_meanwhile_is_noticed_by_overlap_and_by_total() throws Exception {
        for (Scheme scheme : List.of(Scheme.OFFSET, Scheme.NUMBER_AND_TOTAL, Scheme.OFFSET_WITHOUT_OVERLAP)) {
            try (PagedServer server = new PagedServer(scheme, 4, rows(1, 20))) {
                server.meanwhile((requests, records) -> {
                    if (requests == 1) {
                        records.remove(0);
                    }
                });
                Reading<Row> reading = Reading.of(server.resource());
                assertThat(reading.completion()).as("%s", scheme).isInstanceOf(Completion.Incomplete.class);
                assertThat(ids(reading))
                        .as("%s", scheme)
                        .doesNotHaveDuplicates()
                        .contains(1L, 4L, 20L);
            }
        }
    }

    @Test
    void a_record_that_is_added_meanwhile_is_noticed_and_nothing_is_delivered_twice() throws Exception {
        for (Scheme scheme : List.of(
                Scheme.OFFSET, Scheme.NUMBER, Scheme.NUMBER_AND_TOTAL, Scheme.OFFSET_WITHOUT_OVERLAP, Scheme.CURSOR)) {
            try (PagedServer server = new PagedServer(scheme, 4, rows(1, 20))) {
                server.meanwhile((requests, records) -> {
                    if (requests == 1) {
                        records.add(0, "{\"id\":99,\"name\":\"new\"}");
                    }
                });
                Reading<Row> reading = Reading.of(server.resource());
                assertThat(reading.completion()).as("%s", scheme).isInstanceOf(Completion.Incomplete.class);
                assertThat(ids(reading))
                        .as("%s", scheme)
                        .doesNotHaveDuplicates()
                        .containsAll(ids(1, 20));
            }
        }
    }

    @Test
    void a_record_that_changes_and_moves_is_known_by_its_id() throws Exception {
        TestServer.Handler handler = request -> "2".equals(request.query("page"))
                ? Reply.json("[{\"n\":\"changed\",\"id\":1},{\"id\":3}]")
                : request.query("page").equals("1") ? Reply.json("[{\"id\":1},{\"id\":2}]") : Reply.json("[]");
        try (TestServer server = TestServer.start(handler)) {
            HttpResource resource = HttpResource.get(server.at("/a"))
                    .pages(Paging.number("page").stable())
                    .fields("n");
            assertThat(Reading.of(resource).completion()).isEqualTo(Completion.complete());
            assertIncomplete(resource.id("id"), "1 of its records came before");
            assertThat(Reading.of(resource.id("id")).records()).hasSize(3);
        }
    }

    @Test
    void a_total_that_differs_at_the_end_is_noticed_also_without_pages() throws Exception {
        try (TestServer server =
                TestServer.start(request -> Reply.json("[{\"id\":1}]").header("X-Total-Count", "2"))) {
            HttpResource resource = HttpResource.get(server.at("/a"));
            assertIncomplete(resource.totalHeader("X-Total-Count"), "2 records, but 1 came: say with pages(...)");
            assertThat(failure(resource.totalHeader("X-Total")).code()).isEqualTo("E-HTTP-BODY");
            assertIncomplete(
                    resource.totalHeader("x-total-count").pages(Paging.link()), "2 records, but 1 came: records came");
        }
        try (TestServer server = TestServer.start(request -> Reply.json("{\"d\":[],\"t\":\"x\"}"))) {
            assertThat(failure(HttpResource.get(server.at("/a")).records("/d").total("/t"))
                            .code())
                    .isEqualTo("E-HTTP-BODY");
        }
    }

    @Test
    void a_link_header_tells_of_pages_that_nobody_has_asked_for() throws Exception {
        try (PagedServer server = new PagedServer(Scheme.LINK, 4, rows(1, 9))) {
            assertIncomplete(server.api().get("/records"), "say pages(Paging.link())");
        }
    }

    // ---------------------------------------------------------------- loops

    @Test
    void a_server_that_ignores_the_page_is_noticed_and_nothing_comes_twice() throws Exception {
        try (TestServer server = TestServer.start(
                request -> Reply.json("{\"d\":[{\"id\":1},{\"id\":2}],\"at\":\"" + System.nanoTime() + "\"}"))) {
            HttpResource resource = HttpResource.get(server.at("/a")).records("/d");
            for (Paging paging : List.of(
                    Paging.number("page"),
                    Paging.offset("o", "l", 2).withoutOverlap(),
                    Paging.cursor("c", "/at"),
                    Paging.keyset("since", "id"))) {
                Reading<Row> reading = Reading.of(resource.pages(paging));
                assertThat(ids(reading)).as("%s", paging).isEqualTo(ids(1, 2));
                assertThat(reading.completion())
                        .as("%s", paging)
                        .isInstanceOfSatisfying(
                                Completion.Incomplete.class,
                                found -> assertThat(found.reason())
                                        .contains("page 2 of ", "/a", "same records as the page before"));
            }
            assertThat(Reading.of(resource.pages(Paging.offset("o", "l", 2))).completion())
                    .isInstanceOf(Completion.Incomplete.class);
        }
    }

    @Test
    void a_server_that_gives_the_same_records_in_any_order_is_noticed() throws Exception {
        TestServer.Handler handler = request ->
                Reply.json("1".equals(request.query("page")) ? "[{\"id\":1},{\"id\":2}]" : "[{\"id\":2},{\"id\":1}]");
        try (TestServer server = TestServer.start(handler)) {
            HttpResource resource = HttpResource.get(server.at("/a"));
            assertIncomplete(resource.pages(Paging.number("page")), "same records as the page before");
            assertThat(server.requests().size()).isLessThanOrEqualTo(4);
        }
    }

    @Test
    void a_keyset_parameter_that_means_from_is_noticed() throws Exception {
        TestServer.Handler handler = request -> {
            int since =
                    Integer.parseInt(Optional.ofNullable(request.query("since")).orElse("1"));
            return Reply.json("[{\"id\":" + since + "}" + (since < 5 ? ",{\"id\":" + (since + 1) + "}]" : "]"));
        };
        try (TestServer server = TestServer.start(handler)) {
            HttpResource resource = HttpResource.get(server.at("/a")).pages(Paging.keyset("since", "id"));
            assertThat(ids(Reading.of(resource))).isEqualTo(ids(1, 5));
            assertIncomplete(resource, "'from' and not 'after'");
        }
    }

    @Test
    void the_same_token_or_link_twice_ends_the_reading() throws Exception {
        TestServer.Handler handler =
                request -> Reply.json("{\"d\":[{\"id\":" + System.nanoTime() + "}],\"token\":\"t\",\"next\":\"/a?b\"}")
                        .header("Link", "</a?b>; rel=next");
        try (TestServer server = TestServer.start(handler)) {
            HttpResource resource = HttpResource.get(server.at("/a")).records("/d");
            for (Paging paging : List.of(
                    Paging.cursor("c", "/token"),
                    Paging.next("/next"),
                    Paging.link(),
                    Paging.by(page -> Optional.of("?b")))) {
                int before = server.requests().size();
                Reading<Row> reading = Reading.of(resource.pages(paging));
                assertThat(reading.records()).as("%s", paging).hasSize(2);
                assertThat(server.requests()).hasSize(before + 2);
                assertThat(reading.completion())
                        .as("%s", paging)
                        .isInstanceOfSatisfying(
                                Completion.Incomplete.class,
                                found -> assertThat(found.reason()).contains("a page that was read before"));
            }
        }
    }

    @Test
    void pages_that_never_end_are_limited() throws Exception {
        try (TestServer server = TestServer.start(request ->
                Reply.json("{\"d\":[{\"id\":" + System.nanoTime() + "}],\"token\":" + System.nanoTime() + "}"))) {
            HttpResource resource = HttpResource.get(server.at("/a")).records("/d");
            for (Paging paging : List.of(Paging.cursor("c", "/token"), Paging.number("page"))) {
                int before = server.requests().size();
                assertIncomplete(resource.pages(paging.atMost(7)).ahead(4), "more than the 7 pages");
                assertThat(server.requests()).hasSize(before + 7);
            }
            assertIncomplete(resource.pages(Paging.cursor("c", "/token")).atMostRecords(5), "more than the 5 records");
            assertThat(Reading.of(resource.pages(Paging.cursor("c", "/token")).atMostRecords(5))
                            .records())
                    .hasSize(5);
        }
        try (PagedServer server = new PagedServer(Scheme.CURSOR, 4, rows(1, 8))) {
            assertThat(Reading.of(server.resource().atMostRecords(8)).completion())
                    .isEqualTo(Completion.complete());
        }
    }

    @Test
    void a_budget_that_is_spent_makes_the_reading_incomplete() throws Exception {
        for (int budget = 1; budget < 4; budget++) {
            try (PagedServer server = new PagedServer(Scheme.CURSOR, 5, rows(1, 20))) {
                HttpResource resource = server.api()
                        .budget(budget)
                        .get("/records")
                        .records("/data")
                        .pages(Paging.cursor("cursor", "/meta/next"));
                Reading<Row> reading = Reading.of(resource);
                assertThat(ids(reading)).isEqualTo(ids(1, 5L * budget));
                assertThat(reading.completion()).isInstanceOf(Completion.Incomplete.class);
            }
        }
    }

    // ---------------------------------------------------------------- links

    @Test
    void links_lead_to_the_same_server_only() throws Exception {
        try (TestServer other = TestServer.start(request -> Reply.json("{\"d\":[]}"))) {
            for (String link : new String[] {
                other.at("/a"),
                "//example.com/a",
                "https://localhost/a",
                "ftp://localhost/a",
                "mailto:canary@example.com",
                "http://user:canary@localhost/a"
            }) {
                TestServer.Handler handler = request -> Reply.json("{\"d\":[{\"id\":1}],\"next\":\"" + link + "\"}");
                try (TestServer server = TestServer.start(handler)) {
                    ReadException failure = failure(
                            HttpResource.get(server.at("/a")).records("/d").pages(Paging.next("/next")));
                    assertThat(failure.code()).as(link).isEqualTo("E-HTTP-ORIGIN");
                    assertThat(failure.getMessage())
                            .contains("page 1 of ", "its link to the next page")
                            .doesNotContain("canary");
                }
            }
            assertThat(other.requests()).isEmpty();
        }
    }

    @Test
    void links_may_be_relative_and_have_what_no_uri_has() throws Exception {
        TestServer.Handler handler = request -> Reply.json("{\"d\":[{\"id\":" + System.nanoTime() + "}],\"next\":"
                + (request.uri().getRawQuery() == null ? "\"b?page[number]=2&x={a|b} \u00e4#top\"" : "\"\"") + "}");
        try (TestServer server = TestServer.start(handler)) {
            Reading<Row> reading = Reading.of(
                    HttpResource.get(server.at("/v1/a")).records("/d").pages(Paging.next("/next")));
            assertThat(reading.completion()).isEqualTo(Completion.complete());
            TestServer.Request second = server.requests().get(1);
            assertThat(second.path()).isEqualTo("/v1/b");
            assertThat(second.query("x")).isEqualTo("{a|b} \u00e4");
            assertThat(second.query("page[number]")).isEqualTo("2");
        }
    }

    @Test
    void what_leads_nowhere_fails() {
        for (String next : new String[] {"7.5", "{}", "[1]", "true"}) {
            try (TestServer server =
                    TestServer.start(request -> Reply.json("{\"d\":[{\"id\":1}],\"next\":" + next + "}"))) {
                HttpResource resource = HttpResource.get(server.at("/a")).records("/d");
                for (Paging paging : List.of(Paging.cursor("c", "/next"), Paging.next("/next"))) {
                    assertThat(failure(resource.pages(paging)).code()).as(next).isEqualTo("E-HTTP-PAGING");
                }
            }
        }
        TestServer.Handler handler = request ->
                Reply.json("{\"d\":[{\"id\":null}],\"next\":\"http://a b%zz\"}").header("Link", "</a>; rel=\"next");
        try (TestServer server = TestServer.start(handler)) {
            HttpResource resource = HttpResource.get(server.at("/a")).records("/d");
            for (Paging paging : List.of(
                    Paging.next("/next"),
                    Paging.link(),
                    Paging.keyset("since", "id"),
                    Paging.keyset("since", "missing"),
                    Paging.by(page -> {
                        throw new IllegalStateException("canary");
                    }))) {
                ReadException failure = failure(resource.pages(paging));
                assertThat(failure.code()).as("%s", paging).isEqualTo("E-HTTP-PAGING");
                assertThat(failure.getMessage()).contains("page 1 of ").doesNotContain("canary");
            }
        }
    }

    @Test
    void pointers_that_can_never_lead_to_a_next_page_or_total_fail_before_anything_is_sent() {
        try (TestServer server = TestServer.start(request -> Reply.json("[{\"id\":1}]"))) {
            HttpResource resource = HttpResource.get(server.at("/a"));
            for (HttpResource each : List.of(
                    resource.pages(Paging.cursor("c", "/meta/next")),
                    resource.records("/d").pages(Paging.next("/d/0/next")),
                    resource.total("/total"),
                    resource.lines().pages(Paging.next("/next")),
                    resource.lines().total("/total"),
                    resource.decodedBy((body, type, charset, rows) -> {}).failsWhen("/error"))) {
                assertThat(failure(each).code()).isEqualTo("E-HTTP-PAGING");
            }
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void a_function_sees_the_page() throws Exception {
        TestServer.Handler handler =
                request -> Reply.json("{\"d\":[{\"id\":1},{\"id\":2}],\"m\":{\"x\":[5,{\"y\":1.5}]}}")
                        .header("X-A", "b");
        try (TestServer server = TestServer.start(handler)) {
            Reading.of(HttpResource.get(server.at("/a?q=1")).records("/d").pages(Paging.by(page -> {
                assertThat(page.address()).isEqualTo(server.at("/a?q=1"));
                assertThat(page.number()).isEqualTo(1);
                assertThat(page.count()).isEqualTo(2);
                assertThat(page.header("x-a")).contains("b");
                assertThat(page.value("/m/x/0")).contains(5L);
                assertThat(page.value("/m/x/1/y")).contains(new java.math.BigDecimal("1.5"));
                assertThat(page.value("/m/x/2")).isEmpty();
                assertThat(page.value("/n/x")).isEmpty();
                assertThat(page.lastRecord()).contains(Row.of("id", 2L));
                assertThat(page.toString()).doesNotContain("q=1");
                return Optional.empty();
            })));
        }
    }

    @Test
    void positions_tell_page_and_record() throws Exception {
        try (PagedServer server = new PagedServer(Scheme.CURSOR, 4, rows(1, 10))) {
            HttpResource resource = server.resource();
            Reading<Row> reading = Reading.of(resource);
            assertThat(resource.locate(reading.positions().get(5))).endsWith("/records page 2, record 2");
        }
        assertThat(HttpResource.get("http://localhost/a").locate(Position.of(1, 17)))
                .isEqualTo("http://localhost/a record 17");
    }

    @Test
    void wrong_words_are_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Paging.offset("o", "l", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> Paging.number(" "));
        assertThatIllegalArgumentException().isThrownBy(() -> Paging.link().from(1));
        assertThatIllegalArgumentException().isThrownBy(() -> Paging.number("p").withoutOverlap());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Paging.offset("o", "l", 5).size("x", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> Paging.number("p").atMost(0));
        assertThatIllegalArgumentException().isThrownBy(() -> Paging.number("p").from(-1));
    }

    @Test
    void an_empty_page_behind_a_full_one_does_not_prove_that_nothing_moved_up() throws Exception {
        for (Paging paging : List.of(
                Paging.number("page").size("size", 5),
                Paging.offset("offset", "limit", 5).withoutOverlap())) {
            Scheme scheme = paging.kind() == Paging.Kind.NUMBER ? Scheme.NUMBER : Scheme.OFFSET;
            try (PagedServer server = new PagedServer(scheme, 5, rows(1, 6))) {
                server.meanwhile((requests, records) -> {
                    if (requests == 1) {
                        records.remove(0);
                    }
                });
                assertIncomplete(server.api().get("/records").pages(paging), "declare total(...)");
            }
        }
    }

    @Test
    void keys_that_go_up_and_down_within_a_page_make_the_reading_incomplete() throws Exception {
        TestServer.Handler handler = request -> request.query("since") == null
                ? Reply.json("[{\"id\":3},{\"id\":2},{\"id\":9}]")
                : Reply.json("9".equals(request.query("since")) ? "[{\"id\":12},{\"id\":12.5}]" : "[]");
        try (TestServer server = TestServer.start(handler)) {
            HttpResource resource = HttpResource.get(server.at("/a")).pages(Paging.keyset("since", "id"));
            assertIncomplete(resource, "not sorted by the field 'id'");
        }
        try (TestServer server = TestServer.start(
                request -> Reply.json(request.query("before") == null ? "[{\"id\":3},{\"id\":2},{\"id\":1}]" : "[]"))) {
            HttpResource falling = HttpResource.get(server.at("/a")).pages(Paging.keyset("before", "id"));
            assertThat(Reading.of(falling).completion()).isEqualTo(Completion.complete());
        }
    }

    @Test
    void a_next_page_is_relative_to_where_the_page_was_found() throws Exception {
        TestServer.Handler handler = request -> switch (request.uri().toString()) {
            case "/v1/a" -> Reply.of(301).header("Location", "/v2/list/a?page=1");
            case "/v2/list/a?page=1" -> Reply.json("{\"d\":[{\"id\":1}],\"n\":\"?page=2\"}");
            case "/v2/list/a?page=2" -> Reply.json("{\"d\":[{\"id\":2}],\"n\":\"b\"}");
            case "/v2/list/b" -> Reply.json("{\"d\":[{\"id\":3}]}");
            default -> Reply.of(404);
        };
        try (TestServer server = TestServer.start(handler)) {
            HttpResource resource =
                    HttpResource.get(server.at("/v1/a")).records("/d").pages(Paging.next("/n"));
            assertThat(ids(Reading.of(resource))).isEqualTo(ids(1, 3));
        }
    }

    @Test
    void pages_that_are_asked_for_ahead_do_not_use_up_the_budget_of_those_that_are_needed() throws Exception {
        for (int i = 0; i < 5; i++) {
            try (PagedServer server = new PagedServer(Scheme.NUMBER, 2, rows(1, 5))) {
                HttpResource resource = server.api()
                        .budget(4)
                        .get("/records")
                        .pages(Paging.number("page").size("per_page", 2).stable())
                        .ahead(8);
                assertThat(Reading.of(resource).completion()).isEqualTo(Completion.complete());
            }
        }
    }

    @Test
    void keys_that_are_not_unique_make_the_reading_incomplete_unless_a_total_proves_it() throws Exception {
        TestServer.Handler handler = request -> Reply.json(
                        request.query("since") == null
                                ? "[{\"id\":1,\"at\":\"a\"},{\"id\":2,\"at\":\"b\"},{\"id\":3,\"at\":\"b\"}]"
                                : "[]")
                .header("X-Total-Count", "3");
        try (TestServer server = TestServer.start(handler)) {
            HttpResource resource = HttpResource.get(server.at("/a")).pages(Paging.keyset("since", "at"));
            assertIncomplete(resource, "a field that is unique");
            assertThat(Reading.of(resource.totalHeader("X-Total-Count")).completion())
                    .isEqualTo(Completion.complete());
        }
    }

    @Test
    void a_full_first_page_without_the_place_of_the_next_one_proves_no_end() throws Exception {
        try (TestServer server = TestServer.start(
                request -> Reply.json("{\"d\":[{\"id\":1},{\"id\":2}],\"next\":\"a\",\"none\":null,\"t\":2}"))) {
            HttpResource resource = HttpResource.get(server.at("/a")).records("/d");
            for (Paging paging : List.of(
                    Paging.cursor("cursor", "/nxt").size("size", 2),
                    Paging.next("/nxt").size("size", 2),
                    Paging.link().size("size", 2))) {
                assertIncomplete(resource.pages(paging), "where the next page should be named");
                assertThat(Reading.of(resource.pages(paging).total("/t")).completion())
                        .isEqualTo(Completion.complete());
            }
            for (Paging paging : List.of(
                    Paging.cursor("cursor", "/none").size("size", 2),
                    Paging.cursor("cursor", "/nxt").size("size", 3),
                    Paging.cursor("cursor", "/nxt"))) {
                assertThat(Reading.of(resource.pages(paging)).completion()).isEqualTo(Completion.complete());
            }
        }
    }

    @Test
    void a_key_that_the_server_repeats_in_its_links_is_sent_once_and_not_shown() throws Exception {
        TestServer.Handler handler = request -> request.query("page") == null
                ? Reply.json("{\"d\":[{\"id\":1}],\"n\":\"?api%5Fkey=canary&page=2&api_key=canary\"}")
                : Reply.of(404);
        try (TestServer server = TestServer.start(handler)) {
            HttpResource resource = HttpApi.at(server.at(""))
                    .authentication(Authentication.apiKeyQuery("api_key", () -> "canary"))
                    .get("/a")
                    .records("/d")
                    .pages(Paging.next("/n"));
            ReadException failure = failure(resource);
            assertThat(failure.getMessage()).contains("page 2").doesNotContain("canary");
            assertThat(server.requests().get(1).uri().getRawQuery()).isEqualTo("page=2&api_key=canary");
        }
    }
}
