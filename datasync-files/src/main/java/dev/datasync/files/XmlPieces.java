package dev.datasync.files;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The pieces of which the XML of a workbook's part consists, as they stand there: what is not changed is so written
 * again letter by letter. It neither resolves entities nor knows documents types, and takes well-formed parts only,
 * which are those that were read before.
 */
final class XmlPieces implements Closeable {

    private static final int LONGEST = 1 << 24;
    private static final int LOOK = 256;
    private static final Pattern ENCODING = Pattern.compile("encoding\\s*=\\s*[\"']([A-Za-z0-9._-]+)[\"']");

    private final Reader in;
    private char[] buffer = new char[16 << 10];
    private int from;
    private int to;
    private int end;
    private boolean ended;
    private Kind kind = Kind.OTHER;
    private int nameFrom;
    private int nameTo;

    /** What a piece is. */
    enum Kind {
        START,
        /** A start and end in one, such as {@code <a/>}. */
        EMPTY,
        END,
        TEXT,
        /** A comment, a processing instruction or the declaration. */
        OTHER
    }

    XmlPieces(InputStream in) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(in);
        this.in = new InputStreamReader(
                buffered,
                charset(buffered)
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT));
    }

    private static Charset charset(BufferedInputStream in) throws IOException {
        in.mark(LOOK);
        byte[] first = in.readNBytes(LOOK);
        in.reset();
        if (first.length >= 3 && first[0] == (byte) 0xef && first[1] == (byte) 0xbb) {
            in.skipNBytes(3);
            return StandardCharsets.UTF_8;
        }
        if (first.length >= 2 && (first[0] & first[1] & 0xff) == 0xfe && first[0] != first[1]) {
            return StandardCharsets.UTF_16;
        }
        Matcher declared = ENCODING.matcher(new String(first, StandardCharsets.ISO_8859_1));
        try {
            return declared.find() ? Charset.forName(declared.group(1)) : StandardCharsets.UTF_8;
        } catch (IllegalArgumentException e) {
            throw ExcelFault.corrupt("a part of it has an unknown encoding");
        }
    }

    /** Goes to the next piece. Returns whether there is one. */
    boolean next() throws IOException {
        from = to;
        if (!has(1)) {
            return false;
        }
        if (buffer[from] != '<') {
            kind = Kind.TEXT;
            to = find('<', from + 1);
            return true;
        }
        if (!has(2)) {
            throw cut();
        }
        char second = buffer[from + 1];
        if (second == '?') {
            kind = Kind.OTHER;
            through("?>");
        } else if (second == '!') {
            special();
        } else {
            tag(second == '/');
        }
        return true;
    }

    private void special() throws IOException {
        if (has(4) && buffer[from + 2] == '-') {
            kind = Kind.OTHER;
            through("-->");
        } else if (has(9) && buffer[from + 2] == '[') {
            kind = Kind.TEXT;
            through("]]>");
        } else {
            throw ExcelFault.corrupt("a part of it defines a document type");
        }
    }

    private void tag(boolean isEnd) throws IOException {
        int at = from + (isEnd ? 2 : 1);
        nameFrom = at - from;
        int quote = 0;
        int nameEnd = -1;
        while (true) {
            if (at == end) {
                // the piece moves to the buffer's begin
                int length = at - from;
                if (!fill()) {
                    throw cut();
                }
                at = from + length;
            }
            char next = buffer[at];
            if (nameEnd < 0 && (next <= ' ' || next == '/' || next == '>')) {
                nameEnd = at - from;
            }
            if (quote != 0) {
                quote = next == quote ? 0 : quote;
            } else if (next == '"' || next == '\'') {
                quote = next;
            } else if (next == '>') {
                break;
            }
            at++;
        }
        nameTo = nameEnd;
        to = at + 1;
        kind = isEnd ? Kind.END : buffer[at - 1] == '/' ? Kind.EMPTY : Kind.START;
    }

    private void through(String mark) throws IOException {
        int at = from + 2;
        while (true) {
            int length = find(mark.charAt(mark.length() - 1), at) - from;
            if (!has(length + 1)) {
                throw cut();
            }
            at = from + length + 1;
            if (length + 1 >= mark.length() + 2
                    && new String(buffer, at - mark.length(), mark.length()).equals(mark)) {
                to = at;
                return;
            }
        }
    }

    /** Returns where a character is, or the end of all. */
    private int find(char wanted, int start) throws IOException {
        int at = start;
        while (true) {
            while (at < end) {
                if (buffer[at] == wanted) {
                    return at;
                }
                at++;
            }
            int length = at - from;
            if (!fill()) {
                return end;
            }
            at = from + length;
        }
    }

    private boolean has(int count) throws IOException {
        while (end - from < count) {
            if (!fill()) {
                return false;
            }
        }
        return true;
    }

    private boolean fill() throws IOException {
        if (ended) {
            return false;
        }
        if (from > 0) {
            System.arraycopy(buffer, from, buffer, 0, end - from);
            end -= from;
            from = 0;
        }
        if (end == buffer.length) {
            if (end >= LONGEST) {
                throw ExcelFault.corrupt("a part of it has a text of more than " + LONGEST + " characters");
            }
            buffer = java.util.Arrays.copyOf(buffer, end * 2);
        }
        int count = in.read(buffer, end, buffer.length - end);
        if (count < 0) {
            ended = true;
            return false;
        }
        end += count;
        return true;
    }

    private static IOException cut() {
        return ExcelFault.corrupt("a part of it ends within an element");
    }

    Kind kind() {
        return kind;
    }

    boolean opens() {
        return kind == Kind.START || kind == Kind.EMPTY;
    }

    /** Tells whether this begins an element of that name, whatever its prefix. */
    boolean opens(String name) {
        return opens() && isNamed(name);
    }

    /** Tells whether this ends an element of that name, or is the whole of it. */
    boolean closes(String name) {
        return (kind == Kind.END || kind == Kind.EMPTY) && isNamed(name);
    }

    boolean isNamed(String name) {
        int first = from + nameTo - name.length();
        if (first < from + nameFrom || first > from + nameFrom && buffer[first - 1] != ':') {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (buffer[first + i] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Returns the element's name without its prefix. */
    String name() {
        String name = new String(buffer, from + nameFrom, nameTo - nameFrom);
        return name.substring(name.indexOf(':') + 1);
    }

    /** Returns the prefix of the element's name with its colon, or nothing. */
    String prefix() {
        String name = new String(buffer, from + nameFrom, nameTo - nameFrom);
        return name.substring(0, name.indexOf(':') + 1);
    }

    /** Returns the piece as it stands there; the declaration says that it is written as UTF-8. */
    String raw() {
        if (kind == Kind.OTHER && to - from > 5 && buffer[from + 2] == 'x' && buffer[from + 5] <= ' ') {
            return Parts.DECLARATION.strip();
        }
        return new String(buffer, from, to - from);
    }

    void appendTo(StringBuilder out) {
        if (kind == Kind.OTHER) {
            out.append(raw());
        } else {
            out.append(buffer, from, to - from);
        }
    }

    /** Returns the text that this piece means. */
    String text() {
        String raw = new String(buffer, from, to - from);
        return raw.startsWith("<![CDATA[") ? raw.substring(9, raw.length() - 3) : unescaped(raw);
    }

    @Nullable
    String attribute(String name) {
        return attribute(new String(buffer, from, to - from), name);
    }

    /** Returns an attribute's value, or null when the tag does not have it. */
    static @Nullable String attribute(String tag, String name) {
        int[] found = find(tag, name);
        return found == null ? null : unescaped(tag.substring(found[1], found[2]));
    }

    /** Returns a tag with an attribute changed, added, or for null removed. */
    static String with(String tag, String name, @Nullable String value) {
        int[] found = find(tag, name);
        if (found == null) {
            if (value == null) {
                return tag;
            }
            int at = tag.length() - (tag.endsWith("/>") ? 2 : 1);
            return tag.substring(0, at).stripTrailing() + " " + name + "=\"" + Parts.escaped(value) + "\""
                    + tag.substring(at);
        }
        if (value == null) {
            return tag.substring(0, found[0]) + tag.substring(found[2] + 1);
        }
        return tag.substring(0, found[1]) + Parts.escaped(value).replace("'", "&apos;") + tag.substring(found[2]);
    }

    /** Returns where the blank before an attribute is, and where its value begins and ends. */
    private static int @Nullable [] find(String tag, String name) {
        int at = 1;
        while (at < tag.length() && tag.charAt(at) > ' ' && tag.charAt(at) != '>') {
            at++;
        }
        while (true) {
            int blank = at;
            while (at < tag.length() && tag.charAt(at) <= ' ') {
                at++;
            }
            int equal = tag.indexOf('=', at);
            if (at >= tag.length() || tag.charAt(at) == '/' || tag.charAt(at) == '>' || equal < 0) {
                return null;
            }
            String found = tag.substring(at, equal).strip();
            int value = equal + 1;
            while (value < tag.length() && tag.charAt(value) <= ' ') {
                value++;
            }
            int close = value >= tag.length() ? -1 : tag.indexOf(tag.charAt(value), value + 1);
            if (close < 0) {
                return null;
            }
            if (found.equals(name)) {
                return new int[] {blank, value + 1, close};
            }
            at = close + 1;
        }
    }

    private static String unescaped(String text) {
        int at = text.indexOf('&');
        if (at < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length());
        int done = 0;
        while (at >= 0) {
            int semicolon = text.indexOf(';', at);
            if (semicolon < 0) {
                break;
            }
            out.append(text, done, at).append(entity(text.substring(at + 1, semicolon)));
            done = semicolon + 1;
            at = text.indexOf('&', done);
        }
        return out.append(text, done, text.length()).toString();
    }

    private static String entity(String name) {
        try {
            if (name.startsWith("#")) {
                int point =
                        name.startsWith("#x") ? Integer.parseInt(name.substring(2), 16) : Integer.parseInt(name.substring(1));
                return Character.toString(point);
            }
        } catch (IllegalArgumentException e) {
            return "&" + name + ";";
        }
        return switch (name) {
            case "amp" -> "&";
            case "lt" -> "<";
            case "gt" -> ">";
            case "quot" -> "\"";
            case "apos" -> "'";
            default -> "&" + name + ";";
        };
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
