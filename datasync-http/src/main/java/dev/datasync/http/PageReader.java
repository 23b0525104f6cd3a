package dev.datasync.http;

import dev.datasync.http.Call.Header;
import dev.datasync.row.Row;
import dev.datasync.row.RowException;
import dev.datasync.row.RowShapes;
import dev.datasync.source.Completion;
import dev.datasync.source.ReadContext;
import dev.datasync.source.ReadException;
import dev.datasync.source.Receiver;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One reading of a resource: page after page, until the end is proven or something tells that it cannot be. */
final class PageReader {

    private final HttpApi api;
    private final ResourceOptions options;
    private final ReadContext context;
    private final Session session;
    private final RowShapes shapes;
    private final Route route;
    private final List<Header> headers;

    /** The identities of the records of the last page and of the one before, in order. */
    private long[] last = {};

    private long[] beforeLast = {};

    /** The same, sorted. */
    private long[] lastSorted = {};

    private long[] beforeLastSorted = {};

    /** Where this reading has been, if the server says where to go. */
    private final Set<Long> asked = new HashSet<>();

    private int number;
    private long total = -1;
    private long seen;
    private boolean mayMissRecords;
    private boolean isEndAssumed;
    private @Nullable String flaw;

    /** Takes the value of the field that an incremental reading goes by, of each record that was delivered. */
    interface Tracker {

        void see(@Nullable Object value, String where) throws ReadException;
    }

    private PageReader(HttpApi api, ResourceOptions options, ReadContext context, Session session) {
        this.api = api;
        this.options = options;
        this.context = context;
        this.session = session;
        this.shapes = options.shapes();
        this.route = new Route(api, options);
        this.headers = headers(options);
    }

    private static List<Header> headers(ResourceOptions options) {
        List<Header> headers = new ArrayList<>(options.headers);
        if (headers.stream().noneMatch(header -> header.name().equalsIgnoreCase("Accept"))) {
            headers.add(new Header("Accept", options.acceptHeader()));
        }
        return List.copyOf(headers);
    }

    /** Reads all pages. */
    static Completion read(
            HttpApi api, ResourceOptions options, Receiver<? super Row> receiver, ReadContext context, Tracker tracker)
            throws Exception {
        try (Session session = new Session(api, context::onCancel)) {
            return new PageReader(api, options, context, session).pages(receiver, tracker);
        } catch (NoAnswerException e) {
            throw e.failure();
        } catch (InterruptedException e) {
            if (context.isCancelled()) {
                throw new CancellationException("the run was cancelled");
            }
            throw e;
        }
    }

    /** Reads the first page only. */
    static PageContent firstPage(HttpApi api, ResourceOptions options) throws ReadException, InterruptedException {
        ReadContext context = new NobodyCancels();
        try (Session session = new Session(api, context::onCancel)) {
            PageReader reader = new PageReader(api, options, context, session);
            URI uri = reader.route.first();
            return reader.decoded(uri, 1, reader.fetch(uri, 1)).content();
        } catch (NoAnswerException e) {
            throw e.failure();
        }
    }

    // ---------------------------------------------------------------- the way

    private Completion pages(Receiver<? super Row> receiver, Tracker tracker) throws Exception {
        Window window = new Window(context.plan(), options.paging.isByPlace() ? options.ahead : 1, this::fetch);
        try {
            return pages(window, receiver, tracker);
        } finally {
            // first of all, because it ends the requests that the threads of the window wait for
            session.close();
            window.close();
        }
    }

    private Completion pages(Window window, Receiver<? super Row> receiver, Tracker tracker) throws Exception {
        URI uri = route.first();
        asked.add(Identity.of(uri.toString()));
        boolean overlaps = false;
        while (true) {
            number++;
            Answer answer;
            try {
                answer = window.beginsWith(uri) ? window.take() : fetch(uri, number);
            } catch (BudgetSpentException e) {
                return Completion.incomplete(at(uri, number) + " was not read: " + e.getMessage());
            }
            Page page = decoded(uri, number, answer);
            String where = at(uri, number, answer);
            if (isRepeated(page)) {
                return Completion.incomplete(
                        at(uri, number) + " has the same records as the page before: the server does not page as "
                                + options.paging + " expects, see pages(...)");
            }
            int from = overlaps ? overlap(page, where) : 0;
            noteTotal(page, where);
            int[] fresh = fresh(page, from, where);
            seen += fresh.length;
            notePosition(page, overlaps);
            Optional<URI> next = route.after(page, total >= 0 && seen >= total, where);
            overlaps = route.overlaps();
            String stop = next.isPresent() ? stop(next.get(), where) : null;
            if (next.isPresent() && stop == null) {
                ask(window, next.get());
            }
            if (deliver(page, fresh, receiver, tracker, where)) {
                return Completion.incomplete(where + ": there are more than the " + options.mostRecords
                        + " records that atMostRecords(...) allows");
            }
            if (stop != null) {
                return Completion.incomplete(flaw == null ? stop : flaw);
            }
            if (next.isEmpty()) {
                return end(page, where);
            }
            uri = next.get();
        }
    }

    private void ask(Window window, URI next) {
        if (options.paging.kind() == Paging.Kind.NONE) {
            return;
        }
        if (window.size() > 0 && !window.beginsWith(next)) {
            window.clear();
            route.misfit();
        }
        if (window.size() == 0) {
            window.ask(next, number + 1);
        }
        while (!window.isFull() && number + window.size() < options.paging.most()) {
            Optional<URI> later = route.predicted(window.size(), total);
            if (later.isEmpty()) {
                return;
            }
            window.ask(later.get(), number + window.size() + 1);
        }
    }

    /** Returns why the next page is not read although there is one. */
    private @Nullable String stop(URI next, String where) {
        if (number >= options.paging.most()) {
            return where + ": there are more than the " + options.paging.most()
                    + " pages that are read at most: raise it with Paging.atMost(...), or ask for larger pages";
        }
        if (!options.paging.isByPlace() && !asked.add(Identity.of(next.toString()))) {
            return where + ": it leads to a page that was read before, so that there would be no end: "
                    + "the server does not page as " + options.paging + " expects, see pages(...)";
        }
        return null;
    }

    private Completion end(Page page, String where) {
        if (flaw != null) {
            return Completion.incomplete(flaw);
        }
        if (total >= 0 && total != seen) {
            return Completion.incomplete(
                    where + ": the server says that there are " + total + " records, but " + seen + " came"
                            + (options.paging.kind() == Paging.Kind.NONE
                                    ? ": say with pages(...) how the others are asked for"
                                    : ": records came or went meanwhile, or the total counts something else"));
        }
        if (options.paging.kind() == Paging.Kind.NONE && namesNext(page)) {
            return Completion.incomplete(
                    where + ": the answer names a next page in its Link header: say pages(Paging.link())");
        }
        if (isEndAssumed && total < 0) {
            return Completion.incomplete(
                    where + ": the body ended with the connection, which also happens when something fails: declare"
                            + " total(...), or let the server send a Content-Length or chunks");
        }
        if (mayMissRecords && total < 0 && !options.paging.isStable()) {
            return Completion.incomplete(
                    where + ": records that were removed while the pages were read by " + options.paging.parameter()
                            + " make others be missed, and nobody can tell: declare total(...), page by a cursor or"
                            + " keyset, or say Paging.stable() if nothing changes meanwhile");
        }
        return Completion.complete();
    }

    private static boolean namesNext(Page page) {
        try {
            return !LinkHeader.next(page.headers().allValues("Link")).isEmpty();
        } catch (LinkHeader.Unreadable e) {
            return false;
        }
    }

    // ---------------------------------------------------------------- what is noticed

    private void note(String found) {
        if (flaw == null) {
            flaw = found;
        }
    }

    private boolean isRepeated(Page page) {
        return page.count() > 0 && Arrays.equals(page.content().identities(), last);
    }

    /** Returns from which record on the page is new. */
    private int overlap(Page page, String where) {
        if (page.count() > 0 && page.content().identities()[0] == last[last.length - 1]) {
            return 1;
        }
        note(where + ": it does not begin with the last record of the page before, so records came or went while the pages"
                + " were read: page by a cursor or keyset if the server can, or run again");
        return 0;
    }

    private void noteTotal(Page page, String where) throws ReadException {
        if (!options.hasTotal()) {
            return;
        }
        String header = options.totalHeader;
        Object value = header == null
                ? page.content().at(Objects.requireNonNull(options.total))
                : page.header(header).orElse(null);
        if (value == null && total >= 0) {
            return;
        }
        long found = wholeNumber(value);
        if (found < 0) {
            throw new ReadException(
                    "E-HTTP-BODY",
                    where + ": there is no number of all records "
                            + (header == null
                                    ? "at '" + options.total + "', which total(...) names"
                                    : "in the header " + ShownName.of(header) + ", which totalHeader(...) names"));
        }
        if (total >= 0 && total != found) {
            note(where + ": the server says that there are " + found + " records, and said " + total
                    + " before: records came or went while the pages were read; run again");
        }
        total = found;
    }

    private static long wholeNumber(@Nullable Object value) {
        if (value instanceof Long number) {
            return number;
        }
        return value instanceof String text && text.strip().matches("\\d{1,18}") ? Long.parseLong(text.strip()) : -1;
    }

    /** Returns the records that neither of the last two pages has. */
    private int[] fresh(Page page, int from, String where) {
        long[] identities = page.content().identities();
        int[] fresh = new int[identities.length - from];
        int count = 0;
        int repeated = 0;
        for (int i = from; i < identities.length; i++) {
            if (Arrays.binarySearch(lastSorted, identities[i]) >= 0
                    || Arrays.binarySearch(beforeLastSorted, identities[i]) >= 0) {
                repeated++;
            } else {
                fresh[count++] = i;
            }
        }
        if (repeated > 0) {
            note(where + ": " + repeated + " of its records came before, so records came or went while the pages were read,"
                    + (options.id == null ? " or there are equal records: say with id(...) what tells them apart" : "")
                    + (options.paging.kind() == Paging.Kind.KEYSET
                            ? " or the parameter means 'from' and not 'after'"
                            : ""));
        }
        beforeLast = last;
        beforeLastSorted = lastSorted;
        last = identities;
        lastSorted = identities.clone();
        Arrays.sort(lastSorted);
        return Arrays.copyOf(fresh, count);
    }

    private void notePosition(Page page, boolean overlapped) {
        if (number > 1 && page.count() > 0 && options.paging.isByPlace() && !overlapped) {
            mayMissRecords = true;
        }
    }

    // ---------------------------------------------------------------- records

    /** Delivers records. Returns true when there are more than may be read. */
    private boolean deliver(Page page, int[] fresh, Receiver<? super Row> receiver, Tracker tracker, String where)
            throws ReadException {
        PageContent content = page.content();
        long before = seen - fresh.length;
        for (int i = 0; i < fresh.length; i++) {
            if (before + i >= options.mostRecords) {
                return true;
            }
            int index = fresh[i];
            Row row = content.row(index);
            long position = Position.of(page.number(), index + 1);
            if (row == null) {
                receiver.reject(position, content.problem(index));
            } else {
                receiver.accept(row, position);
                if (options.tracked != null) {
                    tracker.see(content.tracked(index), where);
                }
            }
        }
        return false;
    }

    // ---------------------------------------------------------------- one page

    private Answer fetch(URI uri, int page) throws ReadException, NoAnswerException, InterruptedException {
        ResponseCache cache = options.cache;
        ResponseCache.Entry kept = cache == null ? null : cache.get(key(uri));
        List<Header> all = headers;
        if (kept != null) {
            all = new ArrayList<>(headers);
            all.addAll(kept.conditions());
        }
        Answer answer = session.send(Call.get(uri, List.copyOf(all), "page " + page));
        return kept != null && answer.status() == 304 ? kept.confirmed(answer) : answer;
    }

    private ResponseCache.Key key(URI uri) {
        return new ResponseCache.Key(api, uri, headers);
    }

    private Page decoded(URI uri, int page, Answer answer) throws ReadException, InterruptedException {
        String where = at(uri, page, answer);
        requireSuccess(answer, where);
        byte[] body = answer.body();
        MediaType type = MediaType.of(answer.headers(), where).orElse(null);
        if (type == null || !options.accepts(type)) {
            throw new ReadException(
                    "E-HTTP-TYPE",
                    where + ": the answer "
                            + (type == null ? "has no content type" : "is " + MediaType.shown(type.name()))
                            + " and should be " + options.expected()
                            + (type == null || type.isHtml()
                                    ? ": is it a page for people, such as a log-in form?"
                                    : ": name it with accepting(...) if its content is that nevertheless"));
        }
        if (body.length == 0) {
            throw empty(where);
        }
        PageContent content = options.form == ResourceOptions.Form.DECODED
                ? custom(body, type, where)
                : json(body, type, where);
        ResponseCache cache = options.cache;
        if (cache != null) {
            cache.put(key(uri), answer, body);
        }
        if (answer.framing() == Answer.Framing.CLOSED && options.form != ResourceOptions.Form.DOCUMENT) {
            isEndAssumed = true;
        }
        return new Page(uri, page, answer.headers(), content);
    }

    private static void requireSuccess(Answer answer, String where) throws ReadException {
        int status = answer.status();
        if (status == 204) {
            throw empty(where);
        }
        if (status != 200) {
            String remedy =
                    switch (status) {
                        case 206 -> "it is only a part of what was asked for";
                        case 304 -> "nothing was asked that could be unchanged";
                        case 401, 403, 407 -> "check authentication(...) and what the user may read";
                        case 400, 404, 405, 410, 422 -> "check the address and its parameters";
                        case 429 -> "the server wants fewer requests: say limits for the API, or run later";
                        default -> status >= 500 ? "the server has failed: run again later" : "see what the server means";
                    };
            throw new ReadException("E-HTTP-STATUS", where + ": this is no answer with records; " + remedy);
        }
    }

    private static ReadException empty(String where) {
        return new ReadException(
                "E-HTTP-EMPTY",
                where + ": the answer is empty, which is not the same as a document without records: look at the server");
    }

    private PageContent json(byte[] body, MediaType type, String where) throws ReadException {
        CharBuffer text;
        try {
            text = type.charset()
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(body));
        } catch (CharacterCodingException e) {
            throw new ReadException(
                    "E-HTTP-ENCODING", where + ": the answer is not valid " + type.charset().name());
        }
        char[] characters = text.array();
        int length = text.limit();
        if (length > 0 && characters[0] == '\ufeff') {
            characters = Arrays.copyOfRange(characters, 1, length);
            length--;
        }
        if (isMarkup(characters, length)) {
            throw new ReadException(
                    "E-HTTP-TYPE",
                    where + ": the answer is HTML or XML and not " + options.expected()
                            + ", although its content type says so: is it a page for people, such as a log-in form?");
        }
        return new JsonPage(options, shapes, where, characters, length).read();
    }

    private static boolean isMarkup(char[] text, int length) {
        int next = 0;
        while (next < length && text[next] <= ' ') {
            next++;
        }
        return next < length && text[next] == '<';
    }

    private PageContent custom(byte[] body, MediaType type, String where) throws ReadException, InterruptedException {
        Decoded decoded = new Decoded(options, shapes);
        try {
            Objects.requireNonNull(options.decoder)
                    .decode(new ByteArrayInputStream(body), type.name(), type.charset(), decoded);
        } catch (ReadException | InterruptedException | CancellationException e) {
            throw e;
        } catch (Exception e) {
            throw new ReadException("E-HTTP-BODY", where + ": the decoder threw " + Thrown.shown(e));
        } finally {
            decoded.isEnded = true;
        }
        return decoded.content;
    }

    /** Takes the rows of somebody's decoder. */
    private static final class Decoded implements Consumer<Row> {

        private final ResourceOptions options;
        private final RowShapes shapes;
        private final boolean isPlain;
        private final PageContent content = new PageContent();
        private boolean isEnded;

        Decoded(ResourceOptions options, RowShapes shapes) {
            this.options = options;
            this.shapes = shapes;
            this.isPlain = options.fields.isEmpty() && options.types.isEmpty();
        }

        @Override
        public void accept(Row row) {
            if (isEnded) {
                throw new IllegalStateException("the decoder has returned before: its rows are not taken any more");
            }
            Object id = value(row, options.id);
            long identity = id == null ? Identity.of(row) : Identity.ofValue(id);
            try {
                content.add(isPlain ? row : converted(row), identity);
            } catch (RowException e) {
                content.addProblem(String.valueOf(e.getMessage()), identity);
            }
            if (options.tracked != null) {
                content.track(value(row, options.tracked));
            }
            if (options.paging.keysetField() != null) {
                content.key(value(row, options.paging.keysetField()));
            }
        }

        private static @Nullable Object value(Row row, @Nullable String name) {
            return name != null && row.has(name) ? row.value(name) : null;
        }

        private Row converted(Row row) {
            List<@Nullable Object> values = new ArrayList<>(row.schema().size());
            for (int i = 0; i < row.schema().size(); i++) {
                values.add(row.value(i));
            }
            return shapes.row(row.schema().names(), values);
        }
    }

    private String at(URI uri, int page) {
        return (options.paging.kind() == Paging.Kind.NONE ? "" : "page " + page + " of ") + RequestUri.shown(uri);
    }

    private String at(URI uri, int page, Answer answer) {
        return at(uri, page) + " (status " + answer.status() + ", " + answer.attempts()
                + (answer.attempts() == 1 ? " attempt)" : " attempts)");
    }

    /** The context of a request outside of a run. */
    private static final class NobodyCancels implements ReadContext {

        @Override
        public String plan() {
            return "schema";
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
        public void onCancel(Cancellation action) {
            // nobody does
        }
    }
}
