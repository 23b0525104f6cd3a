package dev.datasync.http;

import dev.datasync.source.ReadException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** The way from page to page in one reading. Not safe for use by several threads. */
final class Route {

    private final HttpApi api;
    private final ResourceOptions options;
    private final Paging paging;

    /** The number or offset of the page that is expected next. */
    private long place;

    /** How many records a page has, as far as is known. */
    private int step;

    private boolean overlaps;
    private int misfits;

    Route(HttpApi api, ResourceOptions options) {
        this.api = api;
        this.options = options;
        this.paging = options.paging;
        this.place = paging.kind() == Paging.Kind.NUMBER ? paging.first() : 0;
        this.step = paging.size();
    }

    URI first() {
        return paging.isByPlace() ? at(place) : sized(options.uri);
    }

    private URI at(long number) {
        return RequestUri.with(sized(options.uri), paging.parameter(), Long.toString(number));
    }

    private URI sized(URI uri) {
        String parameter = paging.sizeParameter();
        return parameter == null ? uri : RequestUri.with(uri, parameter, Integer.toString(paging.size()));
    }

    /** Tells whether the page that is expected next begins with the last record of the page before. */
    boolean overlaps() {
        return overlaps;
    }

    /** Returns where the next page is, or empty when the end is proven. */
    Optional<URI> after(Page page, boolean isTotalReached, String where) throws ReadException, InterruptedException {
        return switch (paging.kind()) {
            case NONE -> Optional.empty();
            case NUMBER -> afterNumber(page.count(), isTotalReached);
            case OFFSET -> afterOffset(page.count(), isTotalReached);
            case CURSOR -> afterCursor(page, where);
            case NEXT -> afterLink(page, page.content().at(pointer()), where);
            case LINK -> afterHeader(page, where);
            case KEYSET -> afterKey(page, isTotalReached, where);
            case FUNCTION -> afterFunction(page, where);
        };
    }

    private Pointer pointer() {
        Pointer pointer = paging.pointer();
        return pointer == null ? Pointer.DOCUMENT : pointer;
    }

    private Optional<URI> afterNumber(int count, boolean isTotalReached) {
        if (count == 0 || isTotalReached) {
            return Optional.empty();
        }
        if (step == 0) {
            step = count;
        }
        place++;
        return Optional.of(at(place));
    }

    private Optional<URI> afterOffset(int count, boolean isTotalReached) {
        if (count == 0 || isTotalReached) {
            return Optional.empty();
        }
        // a single record is not asked for again, or there would be no end
        overlaps = paging.isOverlapping() && count > 1;
        place += overlaps ? count - 1L : count;
        step = count;
        return Optional.of(at(place));
    }

    private Optional<URI> afterCursor(Page page, String where) throws ReadException {
        Optional<String> token = word(page.content().at(pointer()), where);
        return token.map(text -> RequestUri.with(sized(options.uri), paging.parameter(), text));
    }

    private Optional<String> word(@Nullable Object value, String where) throws ReadException {
        if (value == null || value.equals("")) {
            return Optional.empty();
        }
        if (value instanceof String || value instanceof Long) {
            return Optional.of(value.toString());
        }
        throw new ReadException(
                "E-HTTP-PAGING",
                where + ": what is at '" + pointer()
                        + "' and leads to the next page is neither a text nor a whole number:"
                        + " correct the pointer in Paging." + (paging.kind() == Paging.Kind.NEXT ? "next" : "cursor")
                        + "(...)");
    }

    private Optional<URI> afterLink(Page page, @Nullable Object value, String where) throws ReadException {
        Optional<String> link = word(value, where);
        return link.isPresent() ? Optional.of(resolved(page.uri(), link.get(), where)) : Optional.empty();
    }

    private Optional<URI> afterHeader(Page page, String where) throws ReadException {
        List<String> links;
        try {
            links = LinkHeader.next(page.headers().allValues("Link"));
        } catch (LinkHeader.Unreadable e) {
            throw new ReadException("E-HTTP-PAGING", where + ": its Link header cannot be read");
        }
        if (links.size() > 1) {
            throw new ReadException("E-HTTP-PAGING", where + ": its Link header names several next pages");
        }
        return links.isEmpty() ? Optional.empty() : Optional.of(resolved(page.uri(), links.get(0), where));
    }

    private Optional<URI> afterKey(Page page, boolean isTotalReached, String where) throws ReadException {
        if (page.count() == 0 || isTotalReached) {
            return Optional.empty();
        }
        Object key = page.content().key();
        if (!(key instanceof String || key instanceof Long || key instanceof BigDecimal)) {
            throw new ReadException(
                    "E-HTTP-PAGING",
                    where + ": its last record has no text or number in the field '"
                            + ShownName.of(String.valueOf(paging.keysetField()))
                            + "', by which the next page is asked for: correct the field in Paging.keyset(...)");
        }
        String text = key instanceof BigDecimal number ? number.toPlainString() : key.toString();
        return Optional.of(RequestUri.with(sized(options.uri), paging.parameter(), text));
    }

    private Optional<URI> afterFunction(Page page, String where) throws ReadException, InterruptedException {
        Paging.NextPage function = paging.function();
        if (function == null) {
            return Optional.empty();
        }
        Optional<String> address;
        try {
            address = function.after(page);
        } catch (ReadException | InterruptedException | CancellationException e) {
            throw e;
        } catch (Exception e) {
            throw new ReadException(
                    "E-HTTP-PAGING", where + ": the function of Paging.by(...) threw " + Thrown.shown(e));
        }
        return address.isEmpty() ? Optional.empty() : Optional.of(resolved(page.uri(), address.get(), where));
    }

    private URI resolved(URI page, String link, String where) throws ReadException {
        URI uri;
        try {
            uri = RequestUri.resolved(page, lenient(link.strip()));
        } catch (IllegalArgumentException e) {
            // its message quotes the link
            throw new ReadException("E-HTTP-PAGING", where + ": its link to the next page is no valid URI");
        }
        String scheme = String.valueOf(uri.getScheme());
        boolean isAddress =
                uri.getHost() != null && (scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https"));
        if (!isAddress
                || !RequestUri.origin(uri).equals(RequestUri.origin(api.base()))
                || uri.getRawUserInfo() != null) {
            throw new ReadException(
                    "E-HTTP-ORIGIN",
                    where + ": its link to the next page leads to " + (isAddress ? RequestUri.origin(uri) : "no server")
                            + " and not to " + RequestUri.origin(api.base())
                            + ", which is not followed, because requests carry secrets: give the API the address that the"
                            + " server has for itself");
        }
        String text = uri.toString();
        return uri.getRawFragment() == null ? uri : URI.create(text.substring(0, text.indexOf('#')));
    }

    /** Returns a link with the characters encoded that browsers let pass, although no URI has them. */
    private static String lenient(String link) {
        StringBuilder encoded = new StringBuilder(link.length());
        link.codePoints().forEach(point -> {
            if (point <= ' ' || point >= 0x7f || "\"<>\\^`{|}".indexOf(point) >= 0) {
                for (byte next : Character.toString(point).getBytes(StandardCharsets.UTF_8)) {
                    encoded.append('%').append(String.format("%02X", next & 0xff));
                }
            } else {
                encoded.append((char) point);
            }
        });
        return encoded.toString();
    }

    /** Says that a page that was asked for ahead is not the one that is needed. */
    void misfit() {
        misfits++;
    }

    /**
     * Returns where a page after the expected one will probably be, so that it can be asked for already.
     *
     * @param ahead how many pages after the expected one, at least 1
     * @param total how many records there are, or -1 when that is not known
     */
    Optional<URI> predicted(int ahead, long total) {
        if (!paging.isByPlace() || misfits > 2) {
            return Optional.empty();
        }
        if (paging.kind() == Paging.Kind.NUMBER) {
            long number = place + ahead;
            boolean isBehind = total >= 0 && step > 0 && (number - paging.first()) * step >= total;
            return isBehind ? Optional.empty() : Optional.of(at(number));
        }
        if (paging.isOverlapping() && !overlaps) {
            return Optional.empty();
        }
        long offset = place + (long) ahead * (overlaps ? step - 1 : step);
        return total >= 0 && offset >= total ? Optional.empty() : Optional.of(at(offset));
    }
}
