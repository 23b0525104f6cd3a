package dev.datasync.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Opens a file as UTF-8, whatever its compression and encoding. */
final class CsvInput {

    private static final int LONGEST_MARK = 3;

    private CsvInput() {}

    /**
     * The encodings that a byte order mark tells.
     *
     * @param charset the encoding
     * @param bytes how the mark begins the file, as ISO 8859-1
     */
    private record Mark(Charset charset, String bytes) {}

    private static final Mark[] MARKS = {
        new Mark(StandardCharsets.UTF_8, "\u00ef\u00bb\u00bf"),
        new Mark(StandardCharsets.UTF_16BE, "\u00fe\u00ff"),
        new Mark(StandardCharsets.UTF_16LE, "\u00ff\u00fe"),
    };

    /** What a file is encoded in, which a file of which nobody has said tells by its mark. */
    record Content(InputStream in, Charset charset) {}

    /** Opens a file; the caller closes the stream. */
    static Content open(Path path, CsvOptions options, CsvFlaws flaws) throws IOException {
        InputStream in = FileInput.open(path, options.compression());
        boolean opened = false;
        try {
            Content content = decoded(in, options.charset(), flaws);
            opened = true;
            return content;
        } finally {
            if (!opened) {
                in.close();
            }
        }
    }

    private static Content decoded(InputStream in, @Nullable Charset named, CsvFlaws flaws) throws IOException {
        PushbackInputStream all = new PushbackInputStream(in, LONGEST_MARK);
        byte[] first = all.readNBytes(LONGEST_MARK);
        all.unread(first);
        Charset marked = marked(new String(first, StandardCharsets.ISO_8859_1));
        Charset charset = charset(named, marked);
        boolean isAsItShallBe = charset.equals(StandardCharsets.UTF_8) && !flaws.forgives(CsvFlaw.INVALID_CHARACTERS);
        return new Content(isAsItShallBe ? all : new CharsetInput(all, charset, flaws), charset);
    }

    private static @Nullable Charset marked(String first) {
        for (Mark mark : MARKS) {
            if (first.startsWith(mark.bytes)) {
                return mark.charset;
            }
        }
        return null;
    }

    private static Charset charset(@Nullable Charset named, @Nullable Charset marked) throws CsvFault {
        if (named == null) {
            return marked == null ? StandardCharsets.UTF_8 : marked;
        }
        boolean isEither = named.equals(StandardCharsets.UTF_16);
        if (marked == null) {
            return isEither ? StandardCharsets.UTF_16BE : named;
        }
        if (!marked.equals(named) && (!isEither || marked.equals(StandardCharsets.UTF_8))) {
            throw new CsvFault(
                    "E-CSV-ENCODING",
                    1,
                    CsvFault.NO_COLUMN,
                    "the file begins with the byte order mark of " + marked.name() + ", and .charset(...) says "
                            + named.name() + ": leave the word out, and the mark decides");
        }
        return marked;
    }
}
