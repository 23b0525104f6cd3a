package dev.datasync.http;

import dev.datasync.http.Call.Header;
import dev.datasync.row.Row;
import dev.datasync.source.Completion;
import dev.datasync.source.ReadContext;
import dev.datasync.source.ReadException;
import dev.datasync.source.Receiver;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One reading of a resource: page after page, until the end is proven or something tells that it cannot be. */
final class PageReader {

    private final HttpApi api;
    private final ResourceOptions options;
    private final ReadContext context;
    private final Session session;
    private final PageDecoder decoder;
    private final Route route;
    private final List<Header> headers;

    /** The identities of the records of the last page, in order. */
    private long[] last = {};

    /** The same, and those of the page before, sorted. */
    private long[] lastSorted = {};

    private long[] beforeLastSorted = {};

    /** Where this reading has been, if the server says where to go. */
    private final Set<Long> asked = new HashSet<>();

    /** The pages of which the server said that they have not changed. */
    private final Queue<ResponseCache.Key> confirmed = new ConcurrentLinkedQueue<>();

    private int number;
    private long total = -1;
    private long seen;
    private boolean mayMissRecords;
    private boolean isLastFull;
    private boolean isEndAssumed;
    private @Nullable String flaw;

    /** Takes the value of the field that an incremental reading goes by, of each record that was delivered. */
    interface Tracker {

        void see(@Nullable Object value, String where) throws ReadException;

        /** Takes how long ago the first page was asked for, when another one was read. */
        default void next(Duration sinceFirst) {}
    }

    private PageReader(HttpApi api, ResourceOptions options, ReadContext context, Session session) {
        this.api = api;
        this.options = options;
        this.context = context;
        this.session = session;
        this.decoder = new PageDecoder(options);
        this.route = new Route(api, options);
        this.headers = headers(api, options);
    }

    private static List<Header> headers(HttpApi api, ResourceOptions options) {
        boolean isSaid = Stream.concat(api.headers().stream(), options.headers.stream())
                .anyMatch(header -> header.name().equalsIgnoreCase("Accept"));
        return isSaid
                ? options.headers
                : Stream.concat(options.headers.stream(), Stream.of(new Header("Accept", options.acceptHeader())))
                        .toList();
    }

    /** Reads all pages. */
    static Completion read(
            HttpApi api, ResourceOptions options, Receiver<? super Row> receiver, ReadContext context, Tracker tracker)
            throws Exception {
        options.check(RequestUri.shown(options.uri));
        try (Session session = new Session(api, context::onCancel)) {
            PageReader reader = new PageReader(api, options, context, session);
            boolean isComplete = false;
            try {
                Completion completion = reader.pages(receiver, tracker);
                isComplete = completion instanceof Completion.Complete;
                return completion;
            } finally {
                if (!isComplete) {
                    reader.forget();
                }
            }
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
        options.check(RequestUri.shown(options.uri));
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
        long begun = session.timing().nanos();
        while (true) {
            number++;
            Answer answer;
            try {
                answer = window.beginsWith(uri) ? window.take() : fetch(uri, number);
            } catch (BudgetSpentException e) {
                return Completion.incomplete(at(uri, number) + " was not read: " + e.getMessage());
            }
            if (number > 1) {
                tracker.next(Duration.ofNanos(session.timing().nanos() - begun));
            }
            Page page = decoded(uri, number, answer);
            String where = at(uri, number, answer);
            int from = overlaps ? overlap(page, where) : 0;
            noteTotal(page, where);
            noteOrder(page, where);
            String before = flaw;
            int[] fresh = fresh(page, from, where);
            if (fresh.length == 0 && page.count() > from) {
                return Completion.incomplete(
                        before != null
                                ? before
                                : where + ": it has the same records as the page before, or as the one before that: the"
                                        + " server does not page as " + options.paging + " expects, see pages(...)"
                                        + inclusive());
            }
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
        // what is only probable must not use up the budget of what is needed
        while (!window.isFull()
                && number + window.size() < options.paging.most()
                && session.requestsLeft() > window.size()) {
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
        if (total < 0 && number == 1 && isFull(page) && isWayMissing(page)) {
            return Completion.incomplete(where
                    + ": it has as many records as a page may have, and nothing in it is where the next page should"
                    + " be named: correct the pointer in pages(...), or declare total(...)");
        }
        if (total < 0) {
            for (Pointer more : options.moreAt()) {
                if (!PageContent.isNothing(page.content().at(more))) {
                    return Completion.incomplete(where + ": the answer tells of more records at '" + more
                            + "': say with pages(...) how they are asked for");
                }
            }
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

    private boolean isFull(Page page) {
        return options.paging.size() > 0 && page.count() >= options.paging.size();
    }

    /** Tells whether a page has not even the place in which the next page would be named. */
    private boolean isWayMissing(Page page) {
        Pointer pointer = options.paging.pointer();
        return pointer != null
                ? !page.content().has(pointer)
                : options.paging.kind() == Paging.Kind.LINK
                        && page.headers().allValues("Link").isEmpty();
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

    private String inclusive() {
        return options.paging.kind() == Paging.Kind.KEYSET ? ", or the parameter means 'from' and not 'after'" : "";
    }

    /** Returns from which record on the page is new. */
    private int overlap(Page page, String where) {
        if (page.count() > 0 && page.content().identities()[0] == last[last.length - 1]) {
            return 1;
        }
        note(where
                + ": it does not begin with the last record of the page before, so records came or went while the pages"
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
            note(where + ": " + repeated
                    + " of its records came before, so records came or went while the pages were read,"
                    + (options.id == null ? " or there are equal records: say with id(...) what tells them apart" : "")
                    + inclusive());
        }
        beforeLastSorted = lastSorted;
        last = identities;
        lastSorted = identities.clone();
        Arrays.sort(lastSorted);
        return Arrays.copyOf(fresh, count);
    }

    private void noteOrder(Page page, String where) {
        if (page.content().isUnsorted()) {
            note(where + ": its records are not sorted by the field '"
                    + ShownName.of(String.valueOf(options.paging.keysetField()))
                    + "', so that pages behind the last one of each miss records: ask the server to sort by it, or page in"
                    + " another way");
        }
        // with a total it would be noticed whether the next page begins behind others with the same key
        if (page.content().isTied() && !options.hasTotal()) {
            note(where + ": records have the same value in the field '"
                    + ShownName.of(String.valueOf(options.paging.keysetField()))
                    + "', so that a page that ends between such records makes the others be missed: page by a field that"
                    + " is unique, or declare total(...)");
        }
    }

    private void notePosition(Page page, boolean overlapped) {
        // behind a full page also an empty one: the record that it had may have moved up to where nobody looks again
        if (number > 1 && options.paging.isByPlace() && !overlapped && (page.count() > 0 || isLastFull)) {
            mayMissRecords = true;
        }
        isLastFull = isFull(page);
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
        if (kept == null || answer.status() != 304) {
            return answer;
        }
        confirmed.add(key(uri));
        return kept.confirmed(answer);
    }

    /** Makes the next reading ask anew for the pages that were kept: with the others of today they may not go together. */
    private void forget() {
        ResponseCache cache = options.cache;
        if (cache != null) {
            confirmed.forEach(cache::remove);
        }
    }

    private ResponseCache.Key key(URI uri) {
        return new ResponseCache.Key(api, uri, headers);
    }

    private Page decoded(URI uri, int page, Answer answer) throws ReadException, InterruptedException {
        PageContent content = decoder.content(answer, at(uri, page, answer));
        ResponseCache cache = options.cache;
        if (cache != null) {
            cache.put(key(uri), answer, answer.body());
        }
        if (answer.framing() == Answer.Framing.CLOSED && options.form != ResourceOptions.Form.DOCUMENT) {
            isEndAssumed = true;
        }
        // where it was redirected to, because that is what its links are relative to
        return new Page(answer.uri(), page, answer.headers(), content);
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
