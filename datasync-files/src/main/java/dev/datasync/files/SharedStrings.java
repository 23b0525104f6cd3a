package dev.datasync.files;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The texts that cells of a workbook share, by number. They are read as far as they are asked for. The first ones are
 * kept in memory, the others in a temporary file that nobody else may read.
 */
final class SharedStrings implements Closeable {

    /** How much memory is used for texts. */
    static final long MEMORY = 12L << 20;

    private static final int PER_STRING = 48;
    private static final int STRINGS_PER_BLOCK = 64;
    private static final int BLOCK_SIZE = 16 << 10;
    private static final int CACHED = 32;
    private static final int LARGEST_CACHED = 4 * BLOCK_SIZE;

    private final XmlPart xml;
    private final boolean keepsSpace;
    private final long memory;

    private final List<String> inMemory = new ArrayList<>();
    private long used;

    private @Nullable Path file;
    private @Nullable RandomAccessFile blocks;
    private long fileLength;
    private long[] positions = new long[64];
    private int[] firsts = new int[64];
    private int blockCount;

    private final List<String> pending = new ArrayList<>();
    private byte[] pendingBytes = new byte[2 * BLOCK_SIZE];
    private int pendingLength;

    private final int[] cachedNumbers = new int[CACHED];
    private final String[][] cached = new String[CACHED][];

    private int count;
    private boolean ended;

    SharedStrings(XmlPart xml, long memory) {
        this.xml = xml;
        this.memory = memory;
        this.keepsSpace = xml.keepsSpace(false);
        Arrays.fill(cachedNumbers, -1);
    }

    String get(int number) throws IOException {
        while (number >= count) {
            if (ended || !readNext()) {
                throw ExcelFault.corrupt("a cell refers to a shared text that is not there");
            }
        }
        if (number < inMemory.size()) {
            return inMemory.get(number);
        }
        int firstPending = count - pending.size();
        return number >= firstPending ? pending.get(number - firstPending) : fromFile(number);
    }

    private boolean readNext() throws IOException {
        while (true) {
            int event = xml.next();
            if (event == XmlPart.START && xml.depth() == 2 && xml.name().equals("si")) {
                keep(XlsxText.read(xml, keepsSpace));
                return true;
            }
            if (event == XmlPart.START) {
                xml.skip();
            } else if (event == XmlPart.END) {
                ended = true;
                return false;
            }
        }
    }

    private void keep(String text) throws IOException {
        if (count == Integer.MAX_VALUE) {
            throw new ExcelFault("E-XLS-BOMB", "the workbook has more shared texts than cells");
        }
        count++;
        used += PER_STRING + 2L * text.length();
        if (used <= memory && blocks == null) {
            inMemory.add(text);
            return;
        }
        try {
            if (blocks == null) {
                openFile();
            }
            pending.add(text);
            encode(text);
            if (pending.size() == STRINGS_PER_BLOCK || pendingLength >= BLOCK_SIZE) {
                flush();
            }
        } catch (IOException e) {
            throw inFile(e);
        }
    }

    private ExcelFault inFile(IOException e) {
        return new ExcelFault(
                "E-XLS-TEMPORARY",
                "the workbook's texts need a temporary file beside memory, and " + file + " cannot be used: "
                        + e.getMessage() + ": make room, or set java.io.tmpdir to another folder");
    }

    private void openFile() throws IOException {
        // only its owner may read and write it
        Path created = Files.createTempFile("datasync-", ".tmp");
        file = created;
        blocks = new RandomAccessFile(created.toFile(), "rw");
        try {
            // where that is possible, it is gone whatever becomes of this process
            Files.delete(created);
        } catch (IOException e) {
            // when it is closed, then
        }
    }

    /** One byte for the width of the characters, four for their number, and the characters. */
    private void encode(String text) {
        int length = text.length();
        boolean isLatin = true;
        for (int i = 0; i < length && isLatin; i++) {
            isLatin = text.charAt(i) < 0x100;
        }
        int needed = pendingLength + 5 + (isLatin ? length : 2 * length);
        if (needed > pendingBytes.length) {
            pendingBytes = Arrays.copyOf(pendingBytes, Math.max(needed, 2 * pendingBytes.length));
        }
        byte[] bytes = pendingBytes;
        int at = pendingLength;
        bytes[at++] = (byte) (isLatin ? 1 : 2);
        for (int shift = 24; shift >= 0; shift -= 8) {
            bytes[at++] = (byte) (length >> shift);
        }
        for (int i = 0; i < length; i++) {
            char character = text.charAt(i);
            if (!isLatin) {
                bytes[at++] = (byte) (character >> 8);
            }
            bytes[at++] = (byte) character;
        }
        pendingLength = at;
    }

    private void flush() throws IOException {
        if (blockCount == positions.length) {
            positions = Arrays.copyOf(positions, 2 * blockCount);
            firsts = Arrays.copyOf(firsts, 2 * blockCount);
        }
        positions[blockCount] = fileLength;
        firsts[blockCount] = count - pending.size();
        blockCount++;
        RandomAccessFile out = opened();
        out.seek(fileLength);
        out.write(pendingBytes, 0, pendingLength);
        fileLength += pendingLength;
        pending.clear();
        pendingLength = 0;
        if (pendingBytes.length > LARGEST_CACHED) {
            pendingBytes = new byte[2 * BLOCK_SIZE];
        }
    }

    private RandomAccessFile opened() throws IOException {
        if (blocks == null) {
            throw new IOException("it is closed");
        }
        return blocks;
    }

    private String fromFile(int number) throws IOException {
        int found = Arrays.binarySearch(firsts, 0, blockCount, number);
        int block = found >= 0 ? found : -found - 2;
        int slot = block % CACHED;
        if (cachedNumbers[slot] != block) {
            long length = (block + 1 < blockCount ? positions[block + 1] : fileLength) - positions[block];
            String[] texts = load(block, Math.toIntExact(length));
            if (length > LARGEST_CACHED) {
                return texts[number - firsts[block]];
            }
            cached[slot] = texts;
            cachedNumbers[slot] = block;
        }
        return cached[slot][number - firsts[block]];
    }

    private String[] load(int block, int length) throws IOException {
        byte[] bytes = new byte[length];
        try {
            RandomAccessFile in = opened();
            in.seek(positions[block]);
            in.readFully(bytes);
        } catch (EOFException e) {
            throw inFile(new IOException("it was cut off by somebody"));
        } catch (IOException e) {
            throw inFile(e);
        }
        List<String> texts = new ArrayList<>(STRINGS_PER_BLOCK);
        int at = 0;
        while (at < length) {
            boolean isLatin = bytes[at] == 1;
            int characters = (bytes[at + 1] & 0xff) << 24
                    | (bytes[at + 2] & 0xff) << 16
                    | (bytes[at + 3] & 0xff) << 8
                    | bytes[at + 4] & 0xff;
            at += 5;
            texts.add(
                    isLatin
                            ? new String(bytes, at, characters, StandardCharsets.ISO_8859_1)
                            : wide(bytes, at, characters));
            at += isLatin ? characters : 2 * characters;
        }
        return texts.toArray(String[]::new);
    }

    /** Half a surrogate pair comes back as it was, which no charset of Java would do. */
    private static String wide(byte[] bytes, int from, int characters) {
        char[] text = new char[characters];
        for (int i = 0; i < characters; i++) {
            text[i] = (char) ((bytes[from + 2 * i] & 0xff) << 8 | bytes[from + 2 * i + 1] & 0xff);
        }
        return new String(text);
    }

    /** Reads the rest, for the checksum. */
    void finish() throws IOException {
        xml.finish();
    }

    @Override
    public void close() throws IOException {
        try (XmlPart closing = xml;
                RandomAccessFile closingToo = blocks) {
            blocks = null;
        } finally {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        }
    }
}
