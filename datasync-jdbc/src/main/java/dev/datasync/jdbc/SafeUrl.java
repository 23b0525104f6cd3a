package dev.datasync.jdbc;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A JDBC URL without the secrets that somebody wrote into it, and these apart from it. Drivers log the URL and quote it
 * in their messages, but not the properties.
 *
 * @param url the URL that anybody may see
 * @param secrets the parameters that were taken out of it, by name
 */
record SafeUrl(String url, Map<String, String> secrets) {

    private static final Pattern PASSWORD = Pattern.compile("(?i)password|passwd|pwd");

    private static final Pattern SECRET =
            Pattern.compile("(?i).*(password|passwd|pwd|passphrase|secret|token|credential|privatekey|apikey).*");

    /** For example {@code //scott:tiger@host} or {@code thin:scott/tiger@host}. */
    private static final Pattern LOGIN = Pattern.compile("(//[^/@?;]*:[^/@?;]*@)|(:[^:/@?;]+/[^:/@?;]+@)");

    SafeUrl {
        secrets = Map.copyOf(secrets);
    }

    /**
     * Returns the URL without its secrets.
     *
     * @throws IllegalArgumentException when it is no JDBC URL or holds the password; the message shows nothing of it
     */
    static SafeUrl of(String url) {
        if (!url.startsWith("jdbc:")) {
            throw new IllegalArgumentException("a JDBC URL begins with jdbc:, for example jdbc:postgresql://host/name");
        }
        int question = url.indexOf('?');
        int semicolon = url.indexOf(';');
        boolean isQuery = question >= 0 && (semicolon < 0 || question < semicolon);
        int end = isQuery ? question : semicolon;
        String place = end < 0 ? url : url.substring(0, end);
        if (LOGIN.matcher(place).find()) {
            throw new IllegalArgumentException("the URL holds a user's password: leave it out, and give user and"
                    + " password to connect(url, user, password)");
        }
        return end < 0 ? new SafeUrl(url, Map.of()) : split(place, url.substring(end + 1), isQuery);
    }

    private static SafeUrl split(String place, String parameters, boolean isQuery) {
        Pattern one = Pattern.compile(isQuery ? "[^&]+" : "(?:\\{[^}]*\\}|[^;{])+");
        List<String> kept = new ArrayList<>();
        Map<String, String> secrets = new LinkedHashMap<>();
        Matcher matcher = one.matcher(parameters);
        while (matcher.find()) {
            String parameter = matcher.group();
            int equals = parameter.indexOf('=');
            String name =
                    equals < 0 ? parameter : parameter.substring(0, equals).trim();
            if (PASSWORD.matcher(name).matches()) {
                throw new IllegalArgumentException("the URL holds a password: leave the parameter '" + name
                        + "' out, and give the password to connect(url, user, password)");
            }
            if (equals >= 0 && SECRET.matcher(name).matches()) {
                secrets.put(name, value(parameter.substring(equals + 1), isQuery));
            } else {
                kept.add(parameter);
            }
        }
        if (kept.isEmpty()) {
            return new SafeUrl(place, secrets);
        }
        return new SafeUrl(place + (isQuery ? "?" : ";") + String.join(isQuery ? "&" : ";", kept), secrets);
    }

    private static String value(String text, boolean isQuery) {
        if (isQuery) {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        }
        return text.startsWith("{") && text.endsWith("}") ? text.substring(1, text.length() - 1) : text;
    }

    @Override
    public String toString() {
        return "JDBC URL";
    }
}
