package dev.datasync.http;

import dev.datasync.row.Row;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.util.function.Consumer;

/**
 * Makes rows of the body of an answer that is neither JSON nor JSON Lines, see {@link HttpResource#decodedBy}. Called
 * once for each page, by the thread that reads; used by several readings at once when the resource is, so it keeps no
 * state between two calls.
 */
@FunctionalInterface
public interface BodyDecoder {

    /**
     * Makes the rows of a page.
     *
     * @param body the whole body, decompressed; need not be closed
     * @param mediaType the type in small letters and without parameters, for example {@code text/csv}
     * @param charset the charset that the answer names, or UTF-8
     * @param rows takes each row, in order; not to be used after the method has returned
     * @throws Exception when the body is not what it should be, which fails the reading. The message of a
     *     {@link dev.datasync.source.ReadException} is shown, and must not show row values; of other exceptions only the
     *     class and the place are shown
     */
    void decode(InputStream body, String mediaType, Charset charset, Consumer<? super Row> rows) throws Exception;
}
