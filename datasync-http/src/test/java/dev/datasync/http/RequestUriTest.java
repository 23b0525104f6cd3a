package dev.datasync.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;

class RequestUriTest {

    @Test
    void a_path_goes_below_the_address_whatever_their_slashes() {
        for (String base : new String[] {"https://x.example/v2", "https://x.example/v2/"}) {
            for (String path : new String[] {"customers", "/customers"}) {
                assertThat(RequestUri.below(URI.create(base), path))
                        .isEqualTo(URI.create("https://x.example/v2/customers"));
            }
        }
        assertThat(RequestUri.below(URI.create("https://x.example"), "?a=b"))
                .isEqualTo(URI.create("https://x.example?a=b"));
    }

    @Test
    void an_address_in_the_place_of_a_path_or_without_a_scheme_is_refused() {
        assertThatThrownBy(() -> HttpApi.at("https://x.example/v2").get("https://y.example/a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a path is what follows https://x.example/v2 and no address of its own: say HttpApi.at(...)"
                        + " for it");
        assertThatThrownBy(() -> HttpApi.at("api.example.com"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("the name of a server: this has neither");
    }

    @Test
    void a_parameter_is_added_or_replaced_and_encoded() {
        URI uri = URI.create("https://x.example/a?b=1&page=2&c=%20");
        assertThat(RequestUri.with(uri, "page", "ü &/+"))
                .isEqualTo(URI.create("https://x.example/a?b=1&c=%20&page=%C3%BC%20%26%2F%2B"));
        assertThat(RequestUri.with(URI.create("https://x.example/a"), "q", "1"))
                .isEqualTo(URI.create("https://x.example/a?q=1"));
    }

    @Test
    void an_address_with_a_password_is_refused_without_showing_it() {
        assertThatThrownBy(() -> RequestUri.checked("https://me:geheim@x.example/"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("authentication")
                .hasMessageNotContaining("geheim");
        assertThatThrownBy(() -> RequestUri.checked("https://x.example/ geheim"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("geheim")
                .hasNoCause();
    }

    @Test
    void what_is_shown_has_no_query() {
        assertThat(RequestUri.shown(URI.create("https://x.example:8443/a/b?key=geheim")))
                .isEqualTo("https://x.example:8443/a/b");
    }

    @Test
    void an_origin_is_scheme_server_and_port() {
        assertThat(RequestUri.origin(URI.create("https://X.example/a")))
                .isEqualTo(RequestUri.origin(URI.create("HTTPS://x.example:443/b")))
                .isNotEqualTo(RequestUri.origin(URI.create("http://x.example:443/b")));
    }

    @Test
    void links_are_resolved_as_rfc_3986_says() {
        for (String[] each : new String[][] {
            {"http://h/a/b?x=1", "?page=2", "http://h/a/b?page=2"},
            {"http://h", "?page=2", "http://h/?page=2"},
            {"http://h", "b", "http://h/b"},
            {"http://h", ".evil.com/b", "http://h/.evil.com/b"},
            {"http://h:8080?x=1", "9/b", "http://h:8080/9/b"},
            {"http://h/a/b?x=1", "", "http://h/a/b?x=1"},
            {"http://h/a/b", "c", "http://h/a/c"},
            {"http://h/a/b", "/c?d", "http://h/c?d"},
            {"http://[::1]:8/a", "?b", "http://[::1]:8/a?b"},
        }) {
            java.net.URI resolved = RequestUri.resolved(java.net.URI.create(each[0]), each[1]);
            assertThat(resolved).hasToString(each[2]);
            assertThat(java.net.URI.create(each[2])).isEqualTo(resolved);
        }
    }

    @Test
    void the_query_of_the_api_is_kept_below_it() {
        java.net.URI base = java.net.URI.create("https://h/v2/?tenant=5");
        assertThat(RequestUri.below(base, "/a")).hasToString("https://h/v2/a?tenant=5");
        assertThat(RequestUri.below(base, "a?b=1")).hasToString("https://h/v2/a?tenant=5&b=1");
    }
}
