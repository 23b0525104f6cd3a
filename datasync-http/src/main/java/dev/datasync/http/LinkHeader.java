package dev.datasync.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The {@code Link} headers of an answer, see RFC 8288. */
final class LinkHeader {

    private final String text;
    private int next;

    private LinkHeader(String text) {
        this.text = text;
    }

    /** A header that is none. */
    static final class Unreadable extends Exception {

        private static final long serialVersionUID = 1L;

        Unreadable() {
            super("no Link header", null, false, false);
        }
    }

    /** A link, with the relations that it has and whether they are those of the page itself. */
    private record Link(String target, List<String> relations, boolean isOfPage) {}

    /** Returns the addresses that are named as the next page, all different. */
    static List<String> next(List<String> headers) throws Unreadable {
        List<String> found = new ArrayList<>();
        for (String header : headers) {
            for (Link link : new LinkHeader(header).links()) {
                if (link.isOfPage() && link.relations().contains("next") && !found.contains(link.target())) {
                    found.add(link.target());
                }
            }
        }
        return found;
    }

    private List<Link> links() throws Unreadable {
        List<Link> links = new ArrayList<>();
        while (true) {
            blanks();
            if (next == text.length()) {
                return links;
            }
            if (text.charAt(next) == ',') {
                // lists may have empty elements
                next++;
                continue;
            }
            links.add(link());
            blanks();
            if (next < text.length() && text.charAt(next) != ',') {
                throw new Unreadable();
            }
        }
    }

    private Link link() throws Unreadable {
        int end = text.indexOf('>', next);
        if (text.charAt(next) != '<' || end < 0) {
            throw new Unreadable();
        }
        String target = text.substring(next + 1, end).strip();
        next = end + 1;
        Optional<String> relations = Optional.empty();
        boolean isOfPage = true;
        for (blanks(); next < text.length() && text.charAt(next) == ';'; blanks()) {
            next++;
            blanks();
            String name = token().toLowerCase(Locale.ROOT);
            blanks();
            String value = "";
            if (next < text.length() && text.charAt(next) == '=') {
                next++;
                blanks();
                value = next < text.length() && text.charAt(next) == '"' ? quoted() : token();
            }
            if (name.equals("rel") && relations.isEmpty()) {
                relations = Optional.of(value);
            }
            isOfPage &= !name.equals("anchor");
        }
        String[] words = relations.orElse("").toLowerCase(Locale.ROOT).strip().split("\\s+");
        return new Link(target, List.of(words), isOfPage);
    }

    private void blanks() {
        while (next < text.length() && (text.charAt(next) == ' ' || text.charAt(next) == '\t')) {
            next++;
        }
    }

    private String token() {
        int from = next;
        while (next < text.length() && ",;= \t\"".indexOf(text.charAt(next)) < 0) {
            next++;
        }
        return text.substring(from, next);
    }

    private String quoted() throws Unreadable {
        StringBuilder value = new StringBuilder();
        next++;
        while (next < text.length() && text.charAt(next) != '"') {
            if (text.charAt(next) == '\\') {
                next++;
            }
            if (next < text.length()) {
                value.append(text.charAt(next++));
            }
        }
        if (next >= text.length()) {
            throw new Unreadable();
        }
        next++;
        return value.toString();
    }
}
