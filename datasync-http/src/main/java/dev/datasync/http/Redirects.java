package dev.datasync.http;

import dev.datasync.source.ReadException;
import java.net.URI;
import java.util.HashSet;
import java.util.Set;

/** Where one call goes when the server sends it elsewhere: never to another scheme, server or port. */
final class Redirects {

    private static final int MOST = 5;

    private final Call call;
    private final Set<URI> visited = new HashSet<>();

    Redirects(Call call) {
        this.call = call;
        visited.add(call.uri());
    }

    static boolean isRedirect(int status) {
        return status >= 300 && status < 400 && status != 304;
    }

    /**
     * Returns where to go next.
     *
     * @param from where the answer comes from
     * @param attachment the secret that the new address must not have in it
     * @throws ReadException when it must not be gone there; nothing was sent there
     * @throws NoAnswerException when moreover the server may have done what was asked
     */
    URI next(URI from, Exchange.Head head, java.util.Optional<Attachment> attachment)
            throws ReadException, NoAnswerException {
        int status = head.status();
        boolean keepsMethod = status == 307 || status == 308;
        boolean reading = call.method().equals("GET") || call.method().equals("HEAD");
        if (!reading && !keepsMethod) {
            throw new NoAnswerException(
                    wrong("the server answered with the redirect " + status
                            + ", by which it may have done what was asked, and is not followed"),
                    true);
        }
        if (!keepsMethod && status != 301 && status != 302 && status != 303) {
            throw wrong("the server answered with the status " + status + ", which cannot be followed");
        }
        URI next = target(from, head);
        String origin = RequestUri.origin(from);
        if (next.getRawUserInfo() != null || !RequestUri.origin(next).equals(origin)) {
            throw wrong("the server redirects to another origin, " + origin + " -> " + RequestUri.origin(next)
                    + ", where nothing was sent");
        }
        URI clean = attachment.isPresent() ? attachment.get().without(next) : next;
        if (!visited.add(clean)) {
            throw wrong("the server redirects in a circle");
        }
        if (visited.size() > MOST + 1) {
            throw wrong("the server redirects more than " + MOST + " times");
        }
        return clean;
    }

    private URI target(URI from, Exchange.Head head) throws ReadException {
        String location = head.headers().firstValue("Location").orElse("");
        try {
            URI next = RequestUri.resolved(from, location);
            String text = next.toString();
            int fragment = text.indexOf('#');
            next = fragment < 0 ? next : URI.create(text.substring(0, fragment));
            boolean web = "http".equalsIgnoreCase(next.getScheme()) || "https".equalsIgnoreCase(next.getScheme());
            if (!location.isEmpty() && web && next.getHost() != null) {
                return next;
            }
        } catch (IllegalArgumentException e) {
            // its message quotes the address
        }
        throw wrong("the server answered with the redirect " + head.status() + " to no valid address");
    }

    private ReadException wrong(String problem) {
        return new ReadException(
                "E-HTTP-REDIRECT",
                Fault.sentence(call, 1, problem, "if that is right, give the address to which it leads"));
    }
}
