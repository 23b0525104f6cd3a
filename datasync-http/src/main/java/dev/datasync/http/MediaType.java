package dev.datasync.http;

import dev.datasync.source.ReadException;
import java.net.http.HttpHeaders;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What an answer says its body is.
 *
 * @param name type and subtype in small letters
 * @param charset the charset that it names, or UTF-8
 */
record MediaType(String name, Charset charset) {

    private static final Pattern NAME = Pattern.compile("[\\w!#$&^.+*-]+/[\\w!#$&^.+*-]+", Pattern.UNICODE_CASE);
    private static final int LONGEST_SHOWN = 80;

    /**
     * Returns the type that a user names.
     *
     * @throws IllegalArgumentException when it is none
     */
    static String checked(String text) {
        String name = text.strip().toLowerCase(Locale.ROOT);
        if (!NAME.matcher(name).matches() || name.contains("*")) {
            throw new IllegalArgumentException(
                    "a media type is written like text/csv, without parameters and wildcards: '" + shown(text) + "'");
        }
        return name;
    }

    /** Returns what the header says, or empty when there is none. */
    static Optional<MediaType> of(HttpHeaders headers, String where) throws ReadException {
        List<String> values =
                headers.allValues("Content-Type").stream().distinct().toList();
        if (values.isEmpty() || values.get(0).isBlank()) {
            return Optional.empty();
        }
        if (values.size() > 1) {
            throw new ReadException(
                    "E-HTTP-TYPE", where + ": the answer names two content types, and nobody knows which one it has");
        }
        String[] parts = values.get(0).split(";", -1);
        String name = parts[0].strip().toLowerCase(Locale.ROOT);
        if (!NAME.matcher(name).matches()) {
            throw new ReadException(
                    "E-HTTP-TYPE", where + ": the content type '" + shown(parts[0]) + "' of the answer is none");
        }
        Charset charset = StandardCharsets.UTF_8;
        for (int i = 1; i < parts.length; i++) {
            int equal = parts[i].indexOf('=');
            if (equal > 0 && parts[i].substring(0, equal).strip().equalsIgnoreCase("charset")) {
                charset = charset(parts[i].substring(equal + 1).strip(), where);
            }
        }
        return Optional.of(new MediaType(name, charset));
    }

    private static Charset charset(String text, String where) throws ReadException {
        String name = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"")
                ? text.substring(1, text.length() - 1)
                : text;
        try {
            return Charset.forName(name);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            throw new ReadException(
                    "E-HTTP-ENCODING",
                    where + ": the answer is written in the charset '" + shown(name) + "', which is not known here");
        }
    }

    boolean isHtml() {
        return name.equals("text/html") || name.equals("application/xhtml+xml");
    }

    boolean isJson() {
        return name.equals("application/json")
                || name.equals("text/json")
                || name.endsWith("+json") && !name.equals("application/problem+json");
    }

    static String shown(String text) {
        return ShownName.of(text.length() > LONGEST_SHOWN ? text.substring(0, LONGEST_SHOWN) : text);
    }
}
