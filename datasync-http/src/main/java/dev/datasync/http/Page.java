package dev.datasync.http;

import dev.datasync.row.Row;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A page that was read, for those who say where the next one is, see {@link Paging#by}. Not to be used after that call.
 */
public final class Page {

    private final URI address;
    private final int number;
    private final HttpHeaders headers;
    private final PageContent content;

    Page(URI address, int number, HttpHeaders headers, PageContent content) {
        this.address = address;
        this.number = number;
        this.headers = headers;
        this.content = content;
    }

    /**
     * Returns the address that was asked, with its query.
     *
     * @return the address
     */
    public String address() {
        return address.toString();
    }

    /**
     * Returns which page of this reading it is.
     *
     * @return 1 for the first
     */
    public int number() {
        return number;
    }

    /**
     * Returns how many records it has.
     *
     * @return the number; also of those that cannot become rows
     */
    public int count() {
        return content.count();
    }

    /**
     * Returns a header of the answer.
     *
     * @param name its name, in small or large letters
     * @return its first value, or empty when there is none
     */
    public Optional<String> header(String name) {
        return headers.firstValue(name);
    }

    /**
     * Returns a value around the records, of a JSON document. Objects are maps and arrays lists, whole numbers
     * {@code Long} and other numbers {@code BigDecimal}; the array of the records itself is an empty list.
     *
     * @param pointer the way to the value as a JSON Pointer (RFC 6901), for example {@code /meta/next}
     * @return the value, or empty when there is none or it is {@code null}
     * @throws IllegalArgumentException when that is no pointer
     */
    public Optional<Object> value(String pointer) {
        @Nullable Object value = content.tree();
        for (String name : Pointer.parsed(pointer).names()) {
            if (value instanceof Map<?, ?> map) {
                value = map.get(name);
            } else if (value instanceof List<?> list) {
                value = name.matches("0|[1-9]\\d{0,8}") && Integer.parseInt(name) < list.size()
                        ? list.get(Integer.parseInt(name))
                        : null;
            } else {
                return Optional.empty();
            }
        }
        return Optional.ofNullable(value);
    }

    /**
     * Returns the last record.
     *
     * @return the record, with the fields that are read; empty when there is none, or it cannot become a row
     */
    public Optional<Row> lastRecord() {
        return content.lastRow();
    }

    HttpHeaders headers() {
        return headers;
    }

    PageContent content() {
        return content;
    }

    URI uri() {
        return address;
    }

    /**
     * Returns which page it is.
     *
     * @return for example {@code page 3 of https://api.example.com/customers}
     */
    @Override
    public String toString() {
        return "page " + number + " of " + RequestUri.shown(address);
    }
}
