package dev.datasync.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LinkHeaderTest {

    private static List<String> next(String... headers) throws LinkHeader.Unreadable {
        return LinkHeader.next(List.of(headers));
    }

    @Test
    void finds_the_next_page_in_all_forms_of_the_header() throws Exception {
        assertThat(next("<a>; rel=next")).containsExactly("a");
        assertThat(next("<a>;rel=\"next\"")).containsExactly("a");
        assertThat(next("<a> ; REL = \"Next\"")).containsExactly("a");
        assertThat(next("<a>; rel=\"last next\"")).containsExactly("a");
        assertThat(next("<a>; title=\"x, <b>; rel=next\"; rel=prev, <c>; rel=next"))
                .containsExactly("c");
        assertThat(next("<a>; title=\"\\\"; rel=next\"; rel=prev")).isEmpty();
        assertThat(next("<a>; rel=prev", "<b>; foo; rel=next")).containsExactly("b");
        assertThat(next(", ,<a?x=1,2;y=3>; rel=next,")).containsExactly("a?x=1,2;y=3");
        assertThat(next("<a>; rel=next; rel=prev")).containsExactly("a");
        assertThat(next("<a>; rel=prev; rel=next")).isEmpty();
        assertThat(next("<a>; rel=next", "<a>; rel=next")).containsExactly("a");
        assertThat(next("<a>; rel=next, <b>; rel=next")).containsExactly("a", "b");
        assertThat(next("<>; rel=next")).containsExactly("");
        assertThat(next("<a>; rel=next; anchor=\"#foo\"")).isEmpty();
        assertThat(next("<a>; rel=nexts, <b>; rel=\"x-next\", <c>")).isEmpty();
        assertThat(next("")).isEmpty();
        assertThat(next()).isEmpty();
    }

    @Test
    void does_not_guess() {
        for (String header :
                new String[] {"a; rel=next", "<a; rel=next", "<a>; rel=\"next", "<a> <b>", "<a>; rel=next \"x\""}) {
            assertThatThrownBy(() -> next(header)).as(header).isInstanceOf(LinkHeader.Unreadable.class);
        }
    }

    @Test
    void reads_anything_to_an_end() {
        String alphabet = "<>;,=\" \\arel next\t";
        for (long seed = 0; seed < 5_000; seed++) {
            Random random = new Random(seed);
            StringBuilder header = new StringBuilder();
            for (int i = random.nextInt(30); i > 0; i--) {
                header.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                next(header.toString());
            } catch (LinkHeader.Unreadable e) {
                // as it should be
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ": '" + header + "'", e);
            }
        }
    }
}
