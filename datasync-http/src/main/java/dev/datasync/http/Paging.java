package dev.datasync.http;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a resource is divided into pages, and how the next one is asked for: {@code Paging.cursor("cursor",
 * "/meta/next")}. Immutable, and safe for use by several threads.
 *
 * <p>A cursor, a link to the next page or a keyset is better than page numbers and offsets where a server offers both:
 * when records come and go while pages are read, numbers and offsets shift. A page with fewer records than asked for is
 * not the end, because many servers cap the size: the end is what the server says, or a page without records.
 */
public final class Paging {

    /** All records are in one answer. */
    static final Paging NONE = simple(Kind.NONE, "", null, null);

    private static final int MOST_PAGES = 10_000;

    private final Kind kind;
    private final String parameter;
    private final @Nullable Pointer pointer;
    private final @Nullable NextPage function;

    private final int first;
    private final @Nullable String sizeParameter;
    private final int size;
    private final @Nullable String field;
    private final int most;
    private final Overlap overlap;
    private final Stability stability;

    /** The schemes. */
    enum Kind {
        NONE,
        NUMBER,
        OFFSET,
        CURSOR,
        NEXT,
        LINK,
        KEYSET,
        FUNCTION
    }

    /** What two pages by offset have in common. */
    private enum Overlap {
        ONE_RECORD,
        NONE
    }

    /** Whether records come and go while pages are read. */
    private enum Stability {
        CHANGING,
        STABLE
    }

    /** Says where the page after a page is. */
    @FunctionalInterface
    public interface NextPage {

        /**
         * Returns where the next page is. Called once for each page, by the thread that reads.
         *
         * @param page the page that was read
         * @return the address of the next one, absolute or relative to this one, with its query; empty at the end
         * @throws Exception when that cannot be told, which fails the reading; only its class and place are shown
         */
        Optional<String> after(Page page) throws Exception;
    }

    private Paging(
            Kind kind,
            String parameter,
            @Nullable Pointer pointer,
            @Nullable NextPage function,
            int first,
            @Nullable String sizeParameter,
            int size,
            @Nullable String field,
            int most,
            Overlap overlap,
            Stability stability) {
        this.kind = kind;
        this.parameter = parameter;
        this.pointer = pointer;
        this.function = function;
        this.first = first;
        this.sizeParameter = sizeParameter;
        this.size = size;
        this.field = field;
        this.most = most;
        this.overlap = overlap;
        this.stability = stability;
    }

    private static Paging simple(Kind kind, String parameter, @Nullable Pointer pointer, @Nullable NextPage function) {
        return new Paging(
                kind,
                parameter,
                pointer,
                function,
                1,
                null,
                0,
                null,
                MOST_PAGES,
                kind == Kind.OFFSET ? Overlap.ONE_RECORD : Overlap.NONE,
                Stability.CHANGING);
    }

    /**
     * Counts pages: {@code ?page=1}, {@code ?page=2}. Ends at a page without records, or when the total of
     * {@link HttpResource#total} is reached. A record that is removed while pages are read makes another one be missed,
     * which nobody can notice without a total: without {@link HttpResource#total} or {@link #stable()} the reading of
     * several pages is incomplete, so that nothing is deleted.
     *
     * @param parameter the parameter that takes the number of the page
     * @return the paging, which begins with page 1
     * @throws IllegalArgumentException when the name is blank
     */
    public static Paging number(String parameter) {
        return simple(Kind.NUMBER, named(parameter), null, null);
    }

    /**
     * Counts records: {@code ?offset=0&limit=100}, {@code ?offset=99&limit=100}. Goes on by as many as came, and ends at
     * a page without records, or when the total of {@link HttpResource#total} is reached. Each page begins with the last
     * record of the page before: when it does not, records came or went meanwhile, and the reading is incomplete.
     *
     * @param offsetParameter the parameter that takes the number of records to pass over
     * @param limitParameter the parameter that takes the number of records in a page
     * @param size the number of records in a page; at least 2
     * @return the paging
     * @throws IllegalArgumentException when a name is blank, or the size less than 2
     */
    public static Paging offset(String offsetParameter, String limitParameter, int size) {
        if (size < 2) {
            throw new IllegalArgumentException("a page has at least 2 records, because one of them is that of the page"
                    + " before: " + size + " is too small");
        }
        return simple(Kind.OFFSET, named(offsetParameter), null, null).sized(limitParameter, size);
    }

    /**
     * Takes a token from the body of each page and asks for the next one with it.
     *
     * @param parameter the parameter that takes the token
     * @param pointer where the token is, as a JSON Pointer (RFC 6901), for example {@code /meta/next_cursor}; when it is
     *     not there, {@code null} or empty, this was the last page
     * @return the paging
     * @throws IllegalArgumentException when the name is blank, or that is no pointer
     */
    public static Paging cursor(String parameter, String pointer) {
        return simple(Kind.CURSOR, named(parameter), Pointer.parsed(pointer), null);
    }

    /**
     * Follows the link to the next page that is in the body of each page. It must lead to the same scheme, server and
     * port.
     *
     * @param pointer where the link is, as a JSON Pointer (RFC 6901), for example {@code /links/next}; when it is not
     *     there, {@code null} or empty, this was the last page
     * @return the paging
     * @throws IllegalArgumentException when that is no pointer
     */
    public static Paging next(String pointer) {
        return simple(Kind.NEXT, "", Pointer.parsed(pointer), null);
    }

    /**
     * Follows the {@code Link} header with the relation {@code next} (RFC 8288), as many servers send it. It must lead to
     * the same scheme, server and port; a page without such a link is the last one.
     *
     * @return the paging
     */
    public static Paging link() {
        return simple(Kind.LINK, "", null, null);
    }

    /**
     * Asks for the records behind the last one of the page before: {@code ?since_id=17}. Ends at a page without records,
     * or when the total of {@link HttpResource#total} is reached. The server must deliver the records in the order of
     * the field.
     *
     * @param parameter the parameter that takes the value of the last record
     * @param field the field of the records whose value that is, different in every record
     * @return the paging
     * @throws IllegalArgumentException when a name is blank
     */
    public static Paging keyset(String parameter, String field) {
        Paging keyless = simple(Kind.KEYSET, named(parameter), null, null);
        return new Paging(
                Kind.KEYSET,
                keyless.parameter,
                null,
                null,
                keyless.first,
                null,
                0,
                named(field),
                keyless.most,
                keyless.overlap,
                keyless.stability);
    }

    /**
     * Asks a function where the next page is.
     *
     * @param function the function; called by several readings at once when the resource is used by several
     * @return the paging
     */
    public static Paging by(NextPage function) {
        return simple(Kind.FUNCTION, "", null, function);
    }

    /**
     * Begins with another page number than 1.
     *
     * @param number the number of the first page, for example 0
     * @return the paging
     * @throws IllegalArgumentException when pages are not counted, or the number is negative
     */
    public Paging from(int number) {
        if (kind != Kind.NUMBER) {
            throw new IllegalArgumentException("only Paging.number(...) begins with a number");
        }
        if (number < 0) {
            throw new IllegalArgumentException("a page has no negative number, as " + number + " is");
        }
        return new Paging(
                kind, parameter, pointer, function, number, sizeParameter, size, field, most, overlap, stability);
    }

    /**
     * Asks for pages of some size.
     *
     * @param name the parameter that takes the size
     * @param records the number of records in a page; at least 1
     * @return the paging
     * @throws IllegalArgumentException when the name is blank, the size less than 1, or the paging has one already
     */
    public Paging size(String name, int records) {
        if (kind == Kind.OFFSET || kind == Kind.NONE) {
            throw new IllegalArgumentException("Paging.offset(...) has said already how large a page is");
        }
        if (records < 1) {
            throw new IllegalArgumentException("a page has at least 1 record: " + records + " is too small");
        }
        return sized(name, records);
    }

    private Paging sized(String name, int records) {
        return new Paging(
                kind, parameter, pointer, function, first, named(name), records, field, most, overlap, stability);
    }

    /**
     * Reads at most some pages: what has more is incomplete. This ends pagings that never end.
     *
     * @param pages the number of pages; 10,000 without this
     * @return the paging
     * @throws IllegalArgumentException when the number is less than 1
     */
    public Paging atMost(int pages) {
        if (pages < 1) {
            throw new IllegalArgumentException("at least 1 page is read: " + pages + " is too small");
        }
        return new Paging(
                kind, parameter, pointer, function, first, sizeParameter, size, field, pages, overlap, stability);
    }

    /**
     * Says that the records do not change while they are read, or that the server reads them from one snapshot. Page
     * numbers, and offsets without overlap, then count as complete without a total.
     *
     * @return the paging
     */
    public Paging stable() {
        return new Paging(
                kind, parameter, pointer, function, first, sizeParameter, size, field, most, overlap, Stability.STABLE);
    }

    /**
     * Says that pages do not begin with the last record of the page before, for servers that take only multiples of the
     * page size as an offset. Records that come or go meanwhile are then noticed by repeated records and by a total only,
     * as with {@link #number}.
     *
     * @return the paging
     * @throws IllegalArgumentException when the paging is not one by offset
     */
    public Paging withoutOverlap() {
        if (kind != Kind.OFFSET) {
            throw new IllegalArgumentException("only the pages of Paging.offset(...) overlap");
        }
        return new Paging(
                kind, parameter, pointer, function, first, sizeParameter, size, field, most, Overlap.NONE, stability);
    }

    private static String named(String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a parameter or field needs a name that is not blank");
        }
        return name;
    }

    Kind kind() {
        return kind;
    }

    String parameter() {
        return parameter;
    }

    @Nullable
    Pointer pointer() {
        return pointer;
    }

    @Nullable
    NextPage function() {
        return function;
    }

    int first() {
        return first;
    }

    @Nullable
    String sizeParameter() {
        return sizeParameter;
    }

    int size() {
        return size;
    }

    @Nullable
    String keysetField() {
        return field;
    }

    int most() {
        return most;
    }

    boolean isStable() {
        return stability == Stability.STABLE;
    }

    /** Tells whether a page begins with the last record of the page before. */
    boolean isOverlapping() {
        return overlap == Overlap.ONE_RECORD;
    }

    /** Tells whether the address of a page follows from its place, so that several can be asked for at once. */
    boolean isByPlace() {
        return kind == Kind.NUMBER || kind == Kind.OFFSET;
    }

    /**
     * Returns the scheme.
     *
     * @return for example {@code pages by cursor}
     */
    @Override
    public String toString() {
        return switch (kind) {
            case NONE -> "one page";
            case NUMBER -> "pages by number";
            case OFFSET -> "pages by offset";
            case CURSOR -> "pages by cursor";
            case NEXT -> "pages by a link in the body";
            case LINK -> "pages by a Link header";
            case KEYSET -> "pages by the last key";
            case FUNCTION -> "pages by a function";
        };
    }
}
