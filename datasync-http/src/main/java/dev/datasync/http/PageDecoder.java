package dev.datasync.http;

import dev.datasync.row.Row;
import dev.datasync.row.RowException;
import dev.datasync.row.RowShapes;
import dev.datasync.source.ReadException;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes records of answers, in one reading. An answer that is none with records fails it. */
final class PageDecoder {

    private final ResourceOptions options;
    private final RowShapes shapes;

    PageDecoder(ResourceOptions options) {
        this.options = options;
        this.shapes = options.shapes();
    }

    /** Returns the records of an answer, and what is around them. */
    PageContent content(Answer answer, String where) throws ReadException, InterruptedException {
        requireSuccess(answer, where);
        byte[] body = answer.body();
        MediaType type = MediaType.of(answer.headers(), where).orElse(null);
        if (type == null || !options.accepts(type)) {
            throw new ReadException(
                    "E-HTTP-TYPE",
                    where + ": the answer "
                            + (type == null ? "has no content type" : "is " + MediaType.shown(type.name()))
                            + " and should be " + options.expected()
                            + (type == null || type.isHtml()
                                    ? ": is it a page for people, such as a log-in form?"
                                    : ": name it with accepting(...) if its content is that nevertheless"));
        }
        if (body.length == 0) {
            throw empty(where);
        }
        return options.form == ResourceOptions.Form.DECODED ? custom(body, type, where) : json(body, type, where);
    }

    private static void requireSuccess(Answer answer, String where) throws ReadException {
        int status = answer.status();
        if (status == 204) {
            throw empty(where);
        }
        if (status != 200) {
            String remedy = switch (status) {
                case 206 -> "it is only a part of what was asked for";
                case 304 -> "nothing was asked that could be unchanged";
                case 401, 407 -> "check authentication(...) and what the user may read";
                case 403 ->
                    answer.headers()
                                    .firstValue("X-RateLimit-Remaining")
                                    .orElse("")
                                    .trim()
                                    .equals("0")
                            ? "the server counts requests, and none is left: say rateLimit(...), or run later"
                            : "check authentication(...) and what the user may read";
                case 400, 404, 405, 410, 422 -> "check the address and its parameters";
                case 429 -> "the server wants fewer requests: say limits for the API, or run later";
                default -> status >= 500 ? "the server has failed: run again later" : "see what the server means";
            };
            throw new ReadException("E-HTTP-STATUS", where + ": this is no answer with records; " + remedy);
        }
    }

    private static ReadException empty(String where) {
        return new ReadException(
                "E-HTTP-EMPTY",
                where
                        + ": the answer is empty, which is not the same as a document without records: look at the server");
    }

    private PageContent json(byte[] body, MediaType type, String where) throws ReadException {
        CharBuffer text;
        try {
            text = type.charset()
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(body));
        } catch (CharacterCodingException e) {
            throw new ReadException(
                    "E-HTTP-ENCODING",
                    where + ": the answer is not valid " + type.charset().name());
        }
        char[] characters = text.array();
        int length = text.limit();
        if (length > 0 && characters[0] == '\ufeff') {
            characters = Arrays.copyOfRange(characters, 1, length);
            length--;
        }
        if (isMarkup(characters, length)) {
            throw new ReadException(
                    "E-HTTP-TYPE",
                    where + ": the answer is HTML or XML and not " + options.expected()
                            + ", although its content type says so: is it a page for people, such as a log-in form?");
        }
        return new JsonPage(options, shapes, where, characters, length).read();
    }

    private static boolean isMarkup(char[] text, int length) {
        int next = 0;
        while (next < length && text[next] <= ' ') {
            next++;
        }
        return next < length && text[next] == '<';
    }

    private PageContent custom(byte[] body, MediaType type, String where) throws ReadException, InterruptedException {
        Decoded decoded = new Decoded(options, shapes);
        try {
            Objects.requireNonNull(options.decoder)
                    .decode(new ByteArrayInputStream(body), type.name(), type.charset(), decoded);
        } catch (ReadException | InterruptedException | CancellationException e) {
            throw e;
        } catch (Exception e) {
            throw new ReadException("E-HTTP-BODY", where + ": the decoder threw " + Thrown.shown(e));
        } finally {
            decoded.isEnded = true;
        }
        return decoded.content;
    }

    /** Takes the rows of somebody's decoder. */
    private static final class Decoded implements Consumer<Row> {

        private final ResourceOptions options;
        private final RowShapes shapes;
        private final boolean isPlain;
        private final PageContent content = new PageContent();
        private boolean isEnded;

        Decoded(ResourceOptions options, RowShapes shapes) {
            this.options = options;
            this.shapes = shapes;
            this.isPlain = options.fields.isEmpty() && options.types.isEmpty();
        }

        @Override
        public void accept(Row row) {
            if (isEnded) {
                throw new IllegalStateException("the decoder has returned before: its rows are not taken any more");
            }
            Object id = value(row, options.id);
            long identity = id == null ? Identity.of(row) : Identity.ofValue(id);
            try {
                content.add(isPlain ? row : converted(row), identity);
            } catch (RowException e) {
                content.addProblem(String.valueOf(e.getMessage()), identity);
            }
            if (options.tracked != null) {
                content.track(value(row, options.tracked));
            }
            if (options.paging.keysetField() != null) {
                content.key(value(row, options.paging.keysetField()));
            }
        }

        private static @Nullable Object value(Row row, @Nullable String name) {
            return name != null && row.has(name) ? row.value(name) : null;
        }

        private Row converted(Row row) {
            List<@Nullable Object> values = new ArrayList<>(row.schema().size());
            for (int i = 0; i < row.schema().size(); i++) {
                values.add(row.value(i));
            }
            return shapes.row(row.schema().names(), values);
        }
    }
}
