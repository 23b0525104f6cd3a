package dev.datasync.files;

import java.io.Closeable;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * The zip archive that an .xlsx workbook is, read with suspicion: it is small when opened and stays small when inflated,
 * its parts are there once each, and a part read to its end has the checksum it was written with.
 */
final class XlsxPackage implements Closeable {

    /** The most parts; Excel itself makes a few dozen, and one for each picture and chart. */
    private static final int MOST_PARTS = 10_000;

    private static final long LARGEST_DIRECTORY = 16L << 20;

    /** No text of cells is that much smaller when compressed; where there is little, it does not matter. */
    private static final long HIGHEST_RATIO = 200;

    private static final long HARMLESS_SIZE = 8L << 20;

    private static final int END_RECORD = 22;
    private static final int LONGEST_COMMENT = 0xffff;
    private static final int END_SIGNATURE = 0x06054b50;
    private static final int LOCATOR = 20;
    private static final int LOCATOR_SIGNATURE = 0x07064b50;
    private static final int LARGE_END_RECORD = 56;
    private static final int LARGE_END_SIGNATURE = 0x06064b50;

    private final ZipFile zip;
    private final Map<String, ZipEntry> parts;

    private XlsxPackage(ZipFile zip, Map<String, ZipEntry> parts) {
        this.zip = zip;
        this.parts = parts;
    }

    static XlsxPackage open(File file) throws IOException {
        checkDirectory(file);
        ZipFile zip;
        try {
            zip = new ZipFile(file);
        } catch (ZipException e) {
            throw ExcelFault.corrupt("its zip archive cannot be opened");
        } catch (IllegalArgumentException e) {
            throw ExcelFault.corrupt("its zip archive has names that are no text");
        }
        boolean opened = false;
        try {
            XlsxPackage archive = new XlsxPackage(zip, parts(zip));
            opened = true;
            return archive;
        } finally {
            if (!opened) {
                zip.close();
            }
        }
    }

    /** Makes sure that the archive has an end, and that its directory may be taken into memory. */
    private static void checkDirectory(File file) throws IOException {
        try (RandomAccessFile in = new RandomAccessFile(file, "r")) {
            long length = in.length();
            int tailLength = (int) Math.min(length, END_RECORD + LONGEST_COMMENT + LOCATOR);
            ByteBuffer tail = at(in, length - tailLength, tailLength);
            int end = tailLength - END_RECORD;
            while (end >= 0 && tail.getInt(end) != END_SIGNATURE) {
                end--;
            }
            if (end < 0) {
                throw new ExcelFault(
                        "E-XLS-TRUNCATED",
                        "the end of the workbook is missing: it was not written, copied or downloaded to the end");
            }
            if (end + END_RECORD + (tail.getShort(end + 20) & 0xffff) != tailLength) {
                throw ExcelFault.corrupt("something follows the end of its zip archive");
            }
            long parts = tail.getShort(end + 10) & 0xffff;
            long directory = tail.getInt(end + 12) & 0xffff_ffffL;
            if (end >= LOCATOR && tail.getInt(end - LOCATOR) == LOCATOR_SIGNATURE) {
                ByteBuffer large = at(in, tail.getLong(end - LOCATOR + 8), LARGE_END_RECORD);
                if (large.getInt(0) == LARGE_END_SIGNATURE) {
                    parts = Math.max(parts == LONGEST_COMMENT ? 0 : parts, large.getLong(32));
                    directory = Math.max(directory == 0xffff_ffffL ? 0 : directory, large.getLong(40));
                }
            }
            if (parts > MOST_PARTS || parts < 0) {
                throw new ExcelFault(
                        "E-XLS-BOMB",
                        "the workbook is made of " + parts + " parts, and " + MOST_PARTS
                                + " is the most that is opened: it was made to do harm, or save it anew in Excel");
            }
            if (directory > LARGEST_DIRECTORY || directory < 0) {
                throw new ExcelFault(
                        "E-XLS-BOMB",
                        "the directory of the workbook's zip archive is larger than " + (LARGEST_DIRECTORY >> 20)
                                + " MiB: it was made to do harm, or save it anew in Excel");
            }
        }
    }

    private static ByteBuffer at(RandomAccessFile in, long position, int length) throws IOException {
        if (position < 0 || position > in.length() - length) {
            throw ExcelFault.corrupt("the end of its zip archive points to nowhere");
        }
        byte[] bytes = new byte[length];
        in.seek(position);
        in.readFully(bytes);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static Map<String, ZipEntry> parts(ZipFile zip) throws ExcelFault {
        if (zip.size() > MOST_PARTS) {
            throw ExcelFault.corrupt("its zip archive has more parts than it says");
        }
        Map<String, ZipEntry> parts = new HashMap<>();
        Enumeration<? extends ZipEntry> entries = zip.entries();
        while (entries.hasMoreElements()) {
            ZipEntry entry = entries.nextElement();
            if (parts.put(key(entry.getName()), entry) != null) {
                throw ExcelFault.corrupt(
                        "its part '" + Shown.name(entry.getName()) + "' is there twice, and each may be meant");
            }
        }
        return parts;
    }

    /** Upper and lower case do not count in names of parts, and some programs write backslashes. */
    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT).replace('\\', '/');
    }

    /** Returns the names of all parts, in the order in which they are listed. */
    List<String> names() {
        return zip.stream().map(ZipEntry::getName).toList();
    }

    boolean has(String part) {
        return parts.containsKey(key(part));
    }

    /** Returns the beginning of a part. */
    byte[] beginning(String part, int length) throws IOException {
        try (InputStream in = open(part, HARMLESS_SIZE)) {
            return in.readNBytes(length);
        }
    }

    /**
     * Opens a part. Everything that is wrong with it is an {@link ExcelFault}.
     *
     * @param limit the most bytes that it may have, inflated
     */
    Part open(String part, long limit) throws IOException {
        ZipEntry entry = parts.get(key(part));
        if (entry == null) {
            throw ExcelFault.corrupt("its part '" + Shown.name(part) + "' is missing");
        }
        try {
            return new Part(zip.getInputStream(entry), entry, limit);
        } catch (ZipException e) {
            throw ExcelFault.corrupt("its part '" + Shown.name(part) + "' cannot be opened");
        }
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }

    /** The bytes of a part, counted and checked. */
    static final class Part extends InputStream {

        private final InputStream in;
        private final ZipEntry entry;
        private final long limit;
        private final CRC32 checksum = new CRC32();
        private long count;
        private boolean ended;
        private IOException failure = new IOException();
        private boolean failed;

        Part(InputStream in, ZipEntry entry, long limit) {
            this.in = in;
            this.entry = entry;
            this.limit = limit;
        }

        String name() {
            return Shown.name(entry.getName());
        }

        /** Throws again what this stream has thrown, which a parser may have made something else of. */
        void rethrow() throws IOException {
            if (failed) {
                throw failure;
            }
        }

        @Override
        public int read() throws IOException {
            byte[] single = new byte[1];
            return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int from, int length) throws IOException {
            try {
                return readChecked(buffer, from, length);
            } catch (IOException e) {
                failure = e instanceof ZipException || e instanceof EOFException ? damaged() : e;
                failed = true;
                throw failure;
            }
        }

        private int readChecked(byte[] buffer, int from, int length) throws IOException {
            if (ended) {
                return -1;
            }
            int read = in.read(buffer, from, length);
            if (read < 0) {
                ended = true;
                if (checksum.getValue() != entry.getCrc() || count != entry.getSize()) {
                    throw damaged();
                }
                return -1;
            }
            checksum.update(buffer, from, read);
            count += read;
            if (count > limit || count > HARMLESS_SIZE && count / HIGHEST_RATIO > entry.getCompressedSize()) {
                throw new ExcelFault(
                        "E-XLS-BOMB",
                        "part '" + name() + "' of the workbook grows from " + entry.getCompressedSize()
                                + " bytes to more than " + count
                                + ": it was made to do harm, or save it anew in Excel");
            }
            return read;
        }

        private ExcelFault damaged() {
            return ExcelFault.corrupt("its part '" + name() + "' is not what was written");
        }

        /** Reads what is left, for the checksum. */
        void drain() throws IOException {
            byte[] buffer = new byte[32 << 10];
            while (!ended) {
                read(buffer, 0, buffer.length);
            }
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
