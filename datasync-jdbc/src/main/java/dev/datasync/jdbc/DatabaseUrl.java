package dev.datasync.jdbc;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The part of a JDBC URL that tells which database it is, without parameters, which may be secrets.
 *
 * @param text the part
 */
record DatabaseUrl(String text) {

    /** Databases in memory without a name, of which each connection or data source has its own. */
    private static final Pattern PRIVATE =
            Pattern.compile("jdbc:(h2:mem:|sqlite:|sqlite::memory:|sqlite:file::memory:|duckdb:|duckdb::memory:)");

    private static final Pattern LOGIN = Pattern.compile("//[^/@]*@");

    private static final Pattern THIS_HOST = Pattern.compile("//(127\\.0\\.0\\.1|\\[::1\\])(?=[:/]|$)");

    /** Returns what tells the database, or nothing when the URL does not. */
    static Optional<DatabaseUrl> of(@Nullable String url) {
        if (url == null) {
            return Optional.empty();
        }
        String place = url.split("[?;]", 2)[0];
        if (PRIVATE.matcher(place.toLowerCase(Locale.ROOT)).matches()) {
            return Optional.empty();
        }
        String host = THIS_HOST.matcher(LOGIN.matcher(place).replaceAll("//")).replaceAll("//localhost");
        return Optional.of(new DatabaseUrl(host));
    }

    @Override
    public String toString() {
        return "database";
    }
}
