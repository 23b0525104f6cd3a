package dev.datasync.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a JSON document without their byte order mark, as long as they are UTF-8. What comes before a fault is
 * delivered first, so that the fault that is reported is the first one of the file.
 */
final class JsonInput extends InputStream {

    private static final int LONGEST_SIGNATURE = 512;
    private static final int LONGEST_LITERAL = 5;

    private final InputStream in;
    private final byte[] head;
    private final int start;
    private final byte[] single = new byte[1];
    private final byte[] last = new byte[LONGEST_LITERAL];

    /** How many bytes were delivered, and how many there may be before somebody has to say that this is all right. */
    private long delivered;

    private long allowed = Long.MAX_VALUE;
    private boolean ended;
    private int headNext;
    private @Nullable JsonFault fault;

    /** How many bytes of a character are still to come, and between what the next one must lie. */
    private int missing;

    /** How many bytes of the character were there already. */
    private int seen;

    private int lowest = 0x80;
    private int highest = 0xbf;

    JsonInput(InputStream in) throws IOException {
        this.in = in;
        this.head = in.readNBytes(LONGEST_SIGNATURE);
        this.start = byteOrderMark(head);
        this.headNext = start;
        checkSignature();
    }

    private static int byteOrderMark(byte[] first) {
        boolean there =
                first.length >= 3 && first[0] == (byte) 0xef && first[1] == (byte) 0xbb && first[2] == (byte) 0xbf;
        return there ? 3 : 0;
    }

    private void checkSignature() throws JsonFault {
        if (head.length == start) {
            throw new JsonFault("E-JSON-EMPTY", "the file is empty: was it written to the end?");
        }
        String text = new String(head, StandardCharsets.ISO_8859_1);
        if (text.startsWith("\u00fe\u00ff") || text.startsWith("\u00ff\u00fe")) {
            throw new JsonFault("E-JSON-ENCODING", "the file is UTF-16 or UTF-32: save it as UTF-8");
        }
        if (text.startsWith("PK\u0003\u0004")) {
            throw notJson("a ZIP or Excel file");
        }
        if (text.startsWith("\u001f\u008b")) {
            throw notJson("compressed: say .gzip(), or let its name end in .gz");
        }
        // by these the parser would guess another encoding
        for (int i = start; i < Math.min(start + 4, head.length); i++) {
            if (head[i] == 0) {
                throw new JsonFault(
                        "E-JSON-ENCODING",
                        "byte " + i + " of the file (counted from 0) is 0, so that it is UTF-16 or UTF-32 or no text:"
                                + " save it as UTF-8");
            }
        }
        if (text.startsWith("\u00ef\u00bb\u00bf", 3)) {
            // the parser would pass over the second one
            throw new JsonFault("E-JSON-SYNTAX", "the file has two byte order marks: were two files put together?");
        }
        String content = text.substring(start).stripLeading().toLowerCase(Locale.ROOT);
        if (content.startsWith("<!doctype html") || content.startsWith("<html")) {
            throw notJson("an HTML page, such as an error message or a log-in form: look at where it comes from");
        }
        if (content.startsWith("<")) {
            throw notJson("XML or HTML: look at where it comes from");
        }
        if (!content.isEmpty() && "{[".indexOf(content.charAt(0)) < 0) {
            String line = content.lines().findFirst().orElse("");
            if (line.matches(".*[,;\\t].*")) {
                throw notJson("what looks like CSV: read it with CsvFile");
            }
        }
    }

    private static JsonFault notJson(String what) {
        return new JsonFault("E-JSON-NOT-JSON", "the file is no JSON but " + what);
    }

    /** Returns how many bytes come before the text. */
    int byteOrderMark() {
        return start;
    }

    /** Says that from here a record begins, after which there may be so many bytes before the next one is begun. */
    void begin() {
        allowed = delivered + JsonLimits.LONGEST_RECORD;
    }

    /** Says that there is no record, whose length would matter. */
    void end() {
        allowed = Long.MAX_VALUE;
    }

    /** Tells whether at this place the file ends, maybe with the beginning of one of the words of JSON. */
    boolean endsAt(long offset) {
        long length = delivered - offset;
        if (!ended || length > LONGEST_LITERAL) {
            return false;
        }
        if (length <= 0) {
            return true;
        }
        String word = new String(
                Arrays.copyOfRange(last, last.length - (int) length, last.length), StandardCharsets.ISO_8859_1);
        return "true".startsWith(word) || "false".startsWith(word) || "null".startsWith(word);
    }

    @Override
    public int read() throws IOException {
        return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
        if (fault != null) {
            throw fault;
        }
        if (length == 0) {
            return 0;
        }
        int count;
        if (headNext < head.length) {
            count = Math.min(length, head.length - headNext);
            System.arraycopy(head, headNext, target, from, count);
            headNext += count;
        } else {
            count = in.read(target, from, length);
        }
        if (count < 0) {
            ended = true;
            if (missing > 0) {
                throw new JsonFault("E-JSON-TRUNCATED", "the file ends in the middle of a character: it was cut off");
            }
            return -1;
        }
        if (delivered > allowed) {
            throw new JsonFault(
                    "E-JSON-LIMIT",
                    "the record is longer than the " + (JsonLimits.LONGEST_RECORD >> 20)
                            + " MiB that a record may have: is it one?");
        }
        int good = check(target, from, count);
        if (good == 0 && fault != null) {
            throw fault;
        }
        delivered += good;
        remember(target, from + good, Math.min(last.length, good));
        return good;
    }

    private void remember(byte[] bytes, int end, int count) {
        System.arraycopy(last, count, last, 0, last.length - count);
        System.arraycopy(bytes, end - count, last, last.length - count, count);
    }

    /** Returns how many of the bytes are valid, and keeps the fault that the next one is. */
    private int check(byte[] bytes, int from, int count) {
        int end = from + count;
        int i = from;
        while (i < end) {
            int next = bytes[i];
            if (missing == 0 && next >= 0) {
                i++;
                continue;
            }
            next &= 0xff;
            if (missing == 0) {
                if (!beginsCharacter(next)) {
                    return bad(i - from);
                }
            } else {
                if (next < lowest || next > highest) {
                    return bad(i - from);
                }
                missing--;
                seen++;
                lowest = 0x80;
                highest = 0xbf;
            }
            i++;
        }
        return count;
    }

    /** Takes the first byte of several; overlong forms, surrogates and what lies beyond Unicode begin none. */
    private boolean beginsCharacter(int first) {
        if (first >= 0xc2 && first <= 0xdf) {
            missing = 1;
        } else if (first >= 0xe0 && first <= 0xef) {
            missing = 2;
            lowest = first == 0xe0 ? 0xa0 : 0x80;
            highest = first == 0xed ? 0x9f : 0xbf;
        } else if (first >= 0xf0 && first <= 0xf4) {
            missing = 3;
            lowest = first == 0xf0 ? 0x90 : 0x80;
            highest = first == 0xf4 ? 0x8f : 0xbf;
        } else {
            return false;
        }
        seen = 1;
        return true;
    }

    private int bad(int good) {
        fault = new JsonFault(
                "E-JSON-ENCODING",
                "byte " + (start + delivered + good - (missing == 0 ? 0 : seen))
                        + " of the file (counted from 0) is not valid UTF-8: save the" + " file as UTF-8");
        return good;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
