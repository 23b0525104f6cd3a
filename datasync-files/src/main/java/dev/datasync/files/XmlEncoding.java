package dev.datasync.files;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The characters of an XML document. The parser of the JDK prints what it finds wrong with bytes; this does not. */
final class XmlEncoding {

    private static final int BEGINNING = 200;

    private static final Pattern DECLARED =
            Pattern.compile("^<\\?xml[^>]{0,100}?\\sencoding\\s*=\\s*[\"']([A-Za-z][A-Za-z0-9._-]{0,40})[\"']");

    private XmlEncoding() {}

    /** Returns a reader that fails at what is no character. */
    static Reader reader(InputStream in) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(in, 16 << 10);
        return new InputStreamReader(
                buffered,
                charset(buffered)
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT));
    }

    /** Returns the charset that the document says it has. The stream is then behind a byte order mark of UTF-8. */
    private static Charset charset(BufferedInputStream in) throws IOException {
        in.mark(BEGINNING);
        byte[] first = in.readNBytes(BEGINNING);
        in.reset();
        if (first.length >= 3 && first[0] == (byte) 0xef && first[1] == (byte) 0xbb && first[2] == (byte) 0xbf) {
            in.skipNBytes(3);
            return StandardCharsets.UTF_8;
        }
        boolean isMarked = first.length >= 2
                && (first[0] == (byte) 0xfe && first[1] == (byte) 0xff
                        || first[0] == (byte) 0xff && first[1] == (byte) 0xfe);
        if (isMarked) {
            return StandardCharsets.UTF_16;
        }
        Matcher declared = DECLARED.matcher(new String(first, StandardCharsets.ISO_8859_1));
        try {
            return declared.find() ? Charset.forName(declared.group(1)) : StandardCharsets.UTF_8;
        } catch (IllegalArgumentException e) {
            throw ExcelFault.corrupt("one of its parts is in an unknown encoding");
        }
    }
}
