package dev.datasync.http;

import java.util.Locale;
import java.util.Set;

/** Which headers a user may set; no message shows a value. */
final class HeaderRules {

    /** What the exchange decides itself. */
    private static final Set<String> OURS = Set.of(
            "host",
            "connection",
            "content-length",
            "content-type",
            "content-encoding",
            "transfer-encoding",
            "accept-encoding",
            "te",
            "trailer",
            "upgrade",
            "expect");

    private static final Set<String> SECRET = Set.of("authorization", "proxy-authorization", "cookie", "cookie2");

    private HeaderRules() {}

    /**
     * Checks a header that is no secret.
     *
     * @throws IllegalArgumentException when the name or the value is none, the name is one that the exchange sets, or
     *     looks as if its value were a secret
     */
    static Call.Header checked(String name, String value) {
        if (looksSecret(checkedName(name))) {
            throw new IllegalArgumentException("the header " + name + " looks like a secret: say authentication(...) "
                    + "instead, which keeps it out of messages and away from other servers");
        }
        if (!isValue(value)) {
            throw new IllegalArgumentException(
                    "the value of the header " + name + " must consist of the printable characters of ASCII");
        }
        return new Call.Header(name, value);
    }

    /** Checks the name of a header; see {@link #checked}. */
    static String checkedName(String name) {
        boolean valid = !name.isEmpty();
        for (int i = 0; i < name.length(); i++) {
            char next = name.charAt(i);
            valid &= next > ' ' && next < 127 && "()<>@,;:\\\"/[]?={}".indexOf(next) < 0;
        }
        if (!valid) {
            throw new IllegalArgumentException("the name of a header consists of letters, digits and hyphens");
        }
        if (OURS.contains(name.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("the header " + name + " is set by DataSync itself");
        }
        return name;
    }

    static boolean looksSecret(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return SECRET.contains(lower) || lower.contains("key") || lower.contains("token") || lower.contains("secret");
    }

    /** Tells whether a text can be sent as the value of a header without being changed. */
    static boolean isValue(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' && text.charAt(i) != '\t' || text.charAt(i) > 126) {
                return false;
            }
        }
        return true;
    }
}
