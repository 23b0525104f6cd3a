package dev.datasync.http;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Where requests go: addresses are put together, compared and shown here and nowhere else. */
final class RequestUri {

    private static final String HEX = "0123456789ABCDEF";

    /** How an address of its own begins, as opposed to a path. */
    private static final Pattern ABSOLUTE = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://");

    private RequestUri() {}

    /**
     * Returns an address as a user gives it.
     *
     * @throws IllegalArgumentException when it is none, is not one of HTTP, or has a password in it
     */
    static URI checked(String text) {
        URI uri;
        try {
            uri = URI.create(text);
        } catch (IllegalArgumentException e) {
            // its message quotes the text, which may hold a secret
            throw new IllegalArgumentException("an address must be a valid URI such as https://api.example.com/v2");
        }
        return checked(uri);
    }

    /** Returns an address as a user gives it, see {@link #checked(String)}. */
    static URI checked(URI uri) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https") || uri.getHost() == null) {
            throw new IllegalArgumentException("an address begins with http:// or https:// and the name of a server: "
                    + (uri.getScheme() == null ? "this has neither" : shown(uri)));
        }
        if (uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException(
                    "an address must not have a password in it: " + shown(uri) + "; say authentication(...) instead");
        }
        if (uri.getRawFragment() != null) {
            throw new IllegalArgumentException("an address has no part after a #: " + shown(uri));
        }
        return uri;
    }

    /**
     * Returns an address below another: of a path that may begin with a slash or not, and may have a query. The query of
     * the other one comes first.
     */
    static URI below(URI base, String path) {
        if (path.isEmpty()) {
            return base;
        }
        if (ABSOLUTE.matcher(path).lookingAt()) {
            throw new IllegalArgumentException(
                    "a path is what follows " + shown(base) + " and no address of its own: say HttpApi.at(...) for it");
        }
        String root = base.getScheme() + "://" + base.getRawAuthority();
        String front = base.getRawPath() == null ? "" : base.getRawPath();
        while (front.endsWith("/")) {
            front = front.substring(0, front.length() - 1);
        }
        try {
            URI uri = checked(
                    URI.create(root + front + (path.startsWith("/") || path.startsWith("?") ? "" : "/") + path));
            String more = uri.getRawQuery();
            return base.getRawQuery() == null
                    ? uri
                    : withQuery(uri, new StringBuilder(base.getRawQuery()).append(more == null ? "" : "&" + more));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "a path must be valid as part of a URI: write what is special as %20 and the like");
        }
    }

    /** Returns an address with one more parameter in its query; a parameter of that name is replaced. */
    static URI with(URI uri, String name, String value) {
        return with(uri, name, List.of(value));
    }

    /** Returns an address with a parameter in its query once for each value; those of that name are replaced. */
    static URI with(URI uri, String name, List<String> values) {
        StringBuilder query = others(uri, name);
        for (String value : values) {
            query.append(query.length() == 0 ? "" : "&")
                    .append(encoded(name))
                    .append('=')
                    .append(encoded(value));
        }
        return withQuery(uri, query);
    }

    /**
     * Returns where a link of an answer leads, by RFC 3986. The JDK resolves by RFC 2396, by which a link such as
     * {@code ?page=2} loses the end of the path; and JDK 17 glues a relative path to the name of a server whose address
     * has no path, and so makes the name of another server.
     *
     * @throws IllegalArgumentException when the link is no URI; the message may quote it
     */
    static URI resolved(URI page, String link) {
        URI base = page.getRawPath() == null || page.getRawPath().isEmpty()
                ? URI.create(page.getScheme() + "://" + page.getRawAuthority() + "/"
                        + (page.getRawQuery() == null ? "" : "?" + page.getRawQuery()))
                : page;
        if (link.isEmpty() || link.startsWith("#")) {
            return base;
        }
        return link.startsWith("?")
                ? URI.create(base.getScheme() + "://" + base.getRawAuthority() + base.getRawPath() + link)
                : base.resolve(link);
    }

    /** Returns an address without a parameter in its query. */
    static URI without(URI uri, String name) {
        return uri.getRawQuery() == null ? uri : withQuery(uri, others(uri, name));
    }

    private static StringBuilder others(URI uri, String name) {
        StringBuilder query = new StringBuilder();
        if (uri.getRawQuery() != null) {
            for (String part : uri.getRawQuery().split("&", -1)) {
                int end = part.indexOf('=');
                if (!part.isEmpty()
                        && !decoded(end < 0 ? part : part.substring(0, end)).equals(name)) {
                    query.append(query.length() == 0 ? "" : "&").append(part);
                }
            }
        }
        return query;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    private static URI withQuery(URI uri, StringBuilder query) {
        return URI.create(uri.getScheme() + "://" + uri.getRawAuthority()
                + (uri.getRawPath() == null ? "" : uri.getRawPath()) + (query.length() == 0 ? "" : "?" + query));
    }

    /** Returns a text as part of a path or query: everything but letters, digits and {@code -._~} as bytes of UTF-8. */
    static String encoded(String text) {
        StringBuilder encoded = new StringBuilder(text.length() + 8);
        for (byte next : text.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = next >= 'a' && next <= 'z'
                    || next >= 'A' && next <= 'Z'
                    || next >= '0' && next <= '9'
                    || "-._~".indexOf(next) >= 0;
            if (plain) {
                encoded.append((char) next);
            } else {
                encoded.append('%').append(HEX.charAt((next >> 4) & 15)).append(HEX.charAt(next & 15));
            }
        }
        return encoded.toString();
    }

    /** Returns scheme, server and port, which are the same for everything of one origin. */
    static String origin(URI uri) {
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        int port = uri.getPort() >= 0 ? uri.getPort() : scheme.equals("https") ? 443 : 80;
        return scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + ":" + port;
    }

    /** Returns an address for messages: without query, and without what else may hold a secret. */
    static String shown(URI uri) {
        String host = uri.getHost() == null ? "?" : uri.getHost();
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return uri.getScheme() + "://" + host + port + (uri.getRawPath() == null ? "" : uri.getRawPath());
    }
}
