package dev.datasync.http;

import dev.datasync.http.Call.Safety;
import dev.datasync.source.ReadException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The tokens of one client at one server. Safe for use by several threads. Its text is constant. */
final class Tokens implements Authentication.Scheme {

    private static final Duration EARLY = Duration.ofSeconds(30);
    private static final String WHAT = "access token";

    /** The errors of RFC 6749, section 5.2; anything else that a server writes there might be data. */
    private static final Set<String> KNOWN_ERRORS = Set.of(
            "invalid_request",
            "invalid_client",
            "invalid_grant",
            "unauthorized_client",
            "unsupported_grant_type",
            "invalid_scope");

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final URI uri;
    private final String clientId;
    private final Secret secret;
    private final Map<String, String> asked;
    private final Place place;
    private final ReentrantLock renewing = new ReentrantLock();
    private @Nullable Token token;

    /** Where identity and secret are sent. */
    private enum Place {
        /** In a header. */
        BASIC,
        /** In the form. */
        BODY
    }

    /** A token, and when it is replaced. */
    private static final class Token {

        private final Attachment attachment;
        private final @Nullable Long renewAt;

        Token(Attachment attachment, @Nullable Long renewAt) {
            this.attachment = attachment;
            this.renewAt = renewAt;
        }
    }

    private Tokens(URI uri, String clientId, Secret secret, Map<String, String> asked, Place place) {
        this.uri = uri;
        this.clientId = clientId;
        this.secret = secret;
        this.asked = asked;
        this.place = place;
    }

    static Tokens at(String address, String clientId, Secret secret) {
        URI uri = RequestUri.checked(address);
        if (!uri.getScheme().equalsIgnoreCase("https") && !isThisMachine(uri.getHost())) {
            throw new IllegalArgumentException(
                    "the address of the tokens begins with https://, because a secret is sent " + "there: "
                            + RequestUri.shown(uri));
        }
        if (clientId.isBlank()) {
            throw new IllegalArgumentException("a client has an identity");
        }
        return new Tokens(uri, clientId, secret, Map.of(), Place.BASIC);
    }

    private static boolean isThisMachine(String host) {
        return host.equalsIgnoreCase("localhost")
                || host.equals("[::1]")
                || host.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
    }

    Tokens asking(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(asked);
        more.put(name, value);
        return new Tokens(uri, clientId, secret, more, place);
    }

    Tokens inBody() {
        return new Tokens(uri, clientId, secret, asked, Place.BODY);
    }

    @Override
    public Attachment attachment(Session session, @Nullable Attachment refused)
            throws ReadException, InterruptedException {
        renewing.lockInterruptibly();
        try {
            Token known = token;
            if (known == null || refused != null && known.attachment.isSame(refused) || isEnding(known, session)) {
                // not forgotten before there is another: should this fail, the old one may still be good for others
                known = renewed(session);
                token = known;
            }
            return known.attachment;
        } finally {
            renewing.unlock();
        }
    }

    private static boolean isEnding(Token known, Session session) {
        Long renewAt = known.renewAt;
        return renewAt != null && session.timing().nanos() - renewAt >= 0;
    }

    private Token renewed(Session session) throws ReadException, InterruptedException {
        long asking = session.timing().nanos();
        Answer answer;
        try {
            answer = session.sendForToken(call());
        } catch (NoAnswerException e) {
            throw e.failure();
        }
        byte[] body = answer.body();
        if (answer.status() != 200) {
            throw refused(answer.status(), body);
        }
        JsonNode json = parsed(body);
        JsonNode access = json == null ? null : json.get("access_token");
        JsonNode type = json == null ? null : json.get("token_type");
        if (json == null || access == null || !access.isString() || type == null || !type.isString()) {
            throw wrong("the answer with status 200 is not what RFC 6749 asks for: an object of JSON with access_token "
                    + "and token_type");
        }
        if (!type.stringValue().toLowerCase(Locale.ROOT).equals("bearer")) {
            throw wrong("the token is not of the type Bearer, which is the only one that DataSync knows");
        }
        String text = access.stringValue();
        if (text.isEmpty() || !HeaderRules.isValue(text) || text.indexOf(' ') >= 0 || text.indexOf('\t') >= 0) {
            throw wrong("the token contains what no header may contain");
        }
        return new Token(Attachment.header("Authorization", "Bearer " + text), renewAt(json, asking));
    }

    private static @Nullable JsonNode parsed(byte[] body) {
        try {
            JsonNode json = JSON.readTree(body);
            return json.isObject() ? json : null;
        } catch (JacksonException e) {
            // its message may quote the answer, which has a token in it
            return null;
        }
    }

    private @Nullable Long renewAt(JsonNode json, long asking) throws ReadException {
        JsonNode lifetime = json.get("expires_in");
        if (lifetime == null || lifetime.isNull()) {
            return null;
        }
        // some servers send the number as a text
        String text = lifetime.isString() ? lifetime.stringValue() : lifetime.isNumber() ? lifetime.asString() : "";
        if (!text.matches("[0-9]{1,18}") || text.matches("0+")) {
            throw wrong("expires_in is not a whole positive number of seconds");
        }
        Duration lives = Duration.ofSeconds(
                Math.min(Long.parseLong(text), Duration.ofDays(3650).toSeconds()));
        Duration early = lives.dividedBy(10);
        return asking + lives.minus(early.compareTo(EARLY) < 0 ? early : EARLY).toNanos();
    }

    private Call call() throws ReadException {
        List<Call.Header> headers = new ArrayList<>();
        headers.add(new Call.Header("Accept", "application/json"));
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "client_credentials");
        form.putAll(asked);
        if (place == Place.BASIC) {
            // RFC 6749, section 2.3.1: both are encoded as in a form first
            headers.add(new Call.Header(
                    "Authorization", Authentication.basicValue(encoded(clientId), encoded(secret.text()))));
        } else {
            form.put("client_id", clientId);
            form.put("client_secret", secret.text());
        }
        StringBuilder body = new StringBuilder();
        form.forEach((name, value) -> body.append(body.length() == 0 ? "" : "&")
                .append(encoded(name))
                .append('=')
                .append(encoded(value)));
        return new Call(
                "POST",
                uri,
                headers,
                new Call.Body(body.toString().getBytes(StandardCharsets.US_ASCII), "application/x-www-form-urlencoded"),
                Safety.IDEMPOTENT,
                WHAT);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private ReadException refused(int status, byte[] body) {
        JsonNode json = parsed(body);
        JsonNode error = json == null ? null : json.get("error");
        String known = error != null && error.isString() && KNOWN_ERRORS.contains(error.stringValue())
                ? " (" + error.stringValue() + ")"
                : "";
        return wrong("the server of the tokens answered with status " + status + known);
    }

    private ReadException wrong(String problem) {
        return new ReadException(
                "E-HTTP-AUTH",
                WHAT + " (POST " + RequestUri.shown(uri) + "): " + problem
                        + "; check address, identity, secret and scope of the client credentials");
    }

    @Override
    public String toString() {
        return "tokens";
    }
}
