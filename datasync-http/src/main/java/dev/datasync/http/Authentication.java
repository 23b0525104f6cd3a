package dev.datasync.http;

import dev.datasync.source.ReadException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How an API learns who asks. Secrets come from suppliers, which are asked for each request, so that they can change
 * while the application runs; they are sent to the API's own server only and are never shown. Immutable, and safe for use
 * by several threads and APIs: with {@linkplain #clientCredentials client credentials} all of them share the tokens. A
 * supplier may be called by several threads at a time.
 */
public final class Authentication {

    private final Scheme scheme;
    private final @Nullable Tokens tokens;

    /** Makes what authenticates a request. */
    interface Scheme {

        /**
         * Returns what is added to a request.
         *
         * @param session sends what is needed to find out
         * @param refused what the server did not accept, or null when nothing was sent yet
         */
        Attachment attachment(Session session, @Nullable Attachment refused) throws ReadException, InterruptedException;
    }

    private Authentication(Scheme scheme, @Nullable Tokens tokens) {
        this.scheme = scheme;
        this.tokens = tokens;
    }

    /**
     * Returns the authentication by a user's name and password (RFC 7617).
     *
     * @param user the name
     * @param password gives the password, when it is needed
     * @return the authentication
     * @throws IllegalArgumentException when the name is empty or contains a colon or a control character
     */
    public static Authentication basic(String user, Supplier<String> password) {
        if (user.isEmpty() || user.chars().anyMatch(next -> next == ':' || Character.isISOControl(next))) {
            throw new IllegalArgumentException("the name of a user is not empty and has no colon and no line break");
        }
        Secret secret = new Secret("password", password);
        return new Authentication(
                (session, refused) -> Attachment.header("Authorization", basicValue(user, secret.text())), null);
    }

    static String basicValue(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Returns the authentication by a token that the application gets itself (RFC 6750).
     *
     * @param token gives the token, when it is needed
     * @return the authentication
     */
    public static Authentication bearer(Supplier<String> token) {
        Secret secret = new Secret("token", token);
        return new Authentication(
                (session, refused) -> Attachment.header("Authorization", "Bearer " + secret.word()), null);
    }

    /**
     * Returns the authentication by a key in a header.
     *
     * @param name the header, for example {@code X-API-Key}
     * @param key gives the key, when it is needed
     * @return the authentication
     * @throws IllegalArgumentException when a header cannot have that name
     */
    public static Authentication apiKeyHeader(String name, Supplier<String> key) {
        HeaderRules.checkedName(name);
        Secret secret = new Secret("key", key);
        return new Authentication((session, refused) -> Attachment.header(name, secret.line()), null);
    }

    /**
     * Returns the authentication by a key in the query of every address. Servers and proxies write addresses into their
     * logs: a key in a header is better where the API takes one.
     *
     * @param name the parameter, for example {@code api_key}
     * @param key gives the key, when it is needed
     * @return the authentication
     * @throws IllegalArgumentException when the name is empty
     */
    public static Authentication apiKeyQuery(String name, Supplier<String> key) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("the parameter of the key must have a name");
        }
        Secret secret = new Secret("key", key);
        return new Authentication((session, refused) -> Attachment.query(name, secret.text()), null);
    }

    /**
     * Returns the authentication by tokens that a server gives for the identity of this application (OAuth 2, RFC 6749,
     * section 4.4). A token is kept as long as it lives, renewed a little before it ends, and once when the API does not
     * accept it any more; one renewal at a time serves all that share this object. The server of the tokens gets identity
     * and secret by Basic authentication, and is asked anew, as often as the API's own requests, when it does not answer.
     *
     * @param tokenUri where tokens are given, for example {@code https://login.example.com/oauth/token}; https, or a
     *     server on this machine
     * @param clientId the identity
     * @param secret gives the secret, when a token is needed
     * @return the authentication
     * @throws IllegalArgumentException when the address is none, has a password in it or is not safe, or the identity is
     *     empty
     */
    public static Authentication clientCredentials(String tokenUri, String clientId, Supplier<String> secret) {
        return of(Tokens.at(tokenUri, clientId, new Secret("client secret", secret)));
    }

    private static Authentication of(Tokens tokens) {
        return new Authentication(tokens, tokens);
    }

    /**
     * Returns client credentials that ask for permissions.
     *
     * @param scope the permissions, separated by spaces
     * @return the authentication; it has tokens of its own
     * @throws IllegalStateException when these are no {@linkplain #clientCredentials client credentials}
     * @throws IllegalArgumentException when there is none
     */
    public Authentication scope(String scope) {
        if (scope.isBlank()) {
            throw new IllegalArgumentException("a scope is not empty; without this word none is asked for");
        }
        return of(ofClient("scope").asking("scope", scope));
    }

    /**
     * Returns client credentials that say for which API the token is meant, for servers that want to know.
     *
     * @param audience the API as the server of the tokens calls it
     * @return the authentication; it has tokens of its own
     * @throws IllegalStateException when these are no {@linkplain #clientCredentials client credentials}
     * @throws IllegalArgumentException when there is none
     */
    public Authentication audience(String audience) {
        if (audience.isBlank()) {
            throw new IllegalArgumentException("an audience is not empty; without this word none is named");
        }
        return of(ofClient("audience").asking("audience", audience));
    }

    /**
     * Returns client credentials whose identity and secret are sent in the body, for servers that do not take Basic
     * authentication.
     *
     * @return the authentication; it has tokens of its own
     * @throws IllegalStateException when these are no {@linkplain #clientCredentials client credentials}
     */
    public Authentication inBody() {
        return of(ofClient("inBody").inBody());
    }

    private Tokens ofClient(String word) {
        Tokens known = tokens;
        if (known == null) {
            throw new IllegalStateException(word + "(...) is a word of clientCredentials(...)");
        }
        return known;
    }

    Attachment attachment(Session session, @Nullable Attachment refused) throws ReadException, InterruptedException {
        return scheme.attachment(session, refused);
    }

    /**
     * Returns a constant.
     *
     * @return a text without anything secret
     */
    @Override
    public String toString() {
        return "authentication";
    }
}
