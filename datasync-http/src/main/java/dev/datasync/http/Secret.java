package dev.datasync.http;

import dev.datasync.source.ReadException;
import java.util.function.Supplier;

/** Something secret that is asked for when it is needed. Its text is constant. */
final class Secret {

    private final String what;
    private final Supplier<String> supplier;

    Secret(String what, Supplier<String> supplier) {
        this.what = what;
        this.supplier = supplier;
    }

    /** Returns a text of one line. */
    String text() throws ReadException {
        String text;
        try {
            text = supplier.get();
        } catch (RuntimeException e) {
            // its message and its causes may show the secret
            throw wrong("the supplier of the " + what + " has failed with "
                    + e.getClass().getName());
        }
        if (text == null || text.isBlank()) {
            throw wrong("the supplier of the " + what + " has given nothing");
        }
        if (text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0) {
            throw wrong("the " + what + " that was supplied has a line break in it or at its end");
        }
        return text;
    }

    /** Returns a text that can be the value of a header. */
    String line() throws ReadException {
        String text = text();
        if (!HeaderRules.isValue(text) || !text.strip().equals(text)) {
            throw wrong("the " + what + " that was supplied cannot be sent in a header: it has blanks around it, or "
                    + "characters that are not ASCII");
        }
        return text;
    }

    /** Returns a text without blanks that can be part of the value of a header. */
    String word() throws ReadException {
        String text = line();
        if (text.indexOf(' ') >= 0 || text.indexOf('\t') >= 0) {
            throw wrong("the " + what + " that was supplied has a blank in it");
        }
        return text;
    }

    private static ReadException wrong(String problem) {
        return new ReadException("E-HTTP-AUTH", problem + "; nothing was sent");
    }

    @Override
    public String toString() {
        return "secret";
    }
}
