package dev.datasync.files;

import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Set;
import org.apache.poi.poifs.filesystem.DirectoryNode;
import org.apache.poi.poifs.filesystem.POIFSFileSystem;

/** The container of an .xls workbook, and of all that Office wrote before 2007 or encrypts since. */
final class CompoundFile {

    private static final int HEADER = 512;
    private static final int SMALLEST_SHIFT = 9;
    private static final int LARGEST_SHIFT = 12;
    private static final int LISTED_IN_HEADER = 109;
    private static final int FREE = -1;

    private CompoundFile() {}

    /** Opens the stream of the workbook that the file system of a file holds. */
    static InputStream workbook(POIFSFileSystem files) throws IOException {
        DirectoryNode root = files.getRoot();
        Set<String> names = root.getEntryNames();
        if (names.contains("EncryptedPackage")) {
            throw encrypted();
        }
        for (String name : new String[] {"Workbook", "WORKBOOK", "WorkBook", "BOOK"}) {
            if (names.contains(name)) {
                return root.createDocumentInputStream(name);
            }
        }
        if (names.contains("Book")) {
            throw WorkbookKind.old();
        }
        if (names.contains("WordDocument")) {
            throw WorkbookKind.other("a Word document");
        }
        if (names.contains("PowerPoint Document")) {
            throw WorkbookKind.other("a PowerPoint presentation");
        }
        if (names.contains("__properties_version1.0")) {
            throw WorkbookKind.other("a message of Outlook");
        }
        throw WorkbookKind.other("of another program");
    }

    /** Refuses what is a compound file only because a password protects it: inside, it is an .xlsx workbook. */
    static void refuseEncrypted(Path file) throws ExcelFault {
        try {
            checkLength(file.toFile());
            try (POIFSFileSystem files = new POIFSFileSystem(file.toFile(), true)) {
                if (files.getRoot().getEntryNames().contains("EncryptedPackage")) {
                    throw encrypted();
                }
            }
        } catch (ExcelFault fault) {
            if (fault.code().equals("E-XLS-ENCRYPTED")) {
                throw fault;
            }
        } catch (IOException | RuntimeException | StackOverflowError e) {
            // too damaged to tell: it is not written either way
        }
    }

    static ExcelFault encrypted() {
        return new ExcelFault(
                "E-XLS-ENCRYPTED",
                "the workbook is encrypted with a password: open it in Excel, remove the password (File, Info, Protect"
                        + " Workbook), and save it");
    }

    /**
     * Makes sure that all sectors that are in use are there, so that a file that was cut off is told from a damaged one.
     *
     * @return whether all of the last one is there too, which some programs do not fill
     */
    static boolean checkLength(File file) throws IOException {
        try (RandomAccessFile in = new RandomAccessFile(file, "r")) {
            ByteBuffer header = at(in, 0, HEADER);
            int shift = header.getShort(30);
            int tables = header.getInt(44);
            if (shift != SMALLEST_SHIFT && shift != LARGEST_SHIFT || tables < 0) {
                throw ExcelFault.corrupt("its beginning makes no sense");
            }
            int sector = 1 << shift;
            long lastUsed = -1;
            for (int i = 0; i < Math.min(tables, LISTED_IN_HEADER); i++) {
                int number = header.getInt(76 + 4 * i);
                if (number < 0) {
                    throw ExcelFault.corrupt("its table of sectors makes no sense");
                }
                ByteBuffer table = at(in, (number + 1L) * sector, sector);
                for (int entry = sector / 4 - 1; entry >= 0; entry--) {
                    if (table.getInt(4 * entry) != FREE) {
                        lastUsed = Math.max(lastUsed, (long) i * (sector / 4) + entry);
                        break;
                    }
                }
            }
            if (in.length() <= (lastUsed + 1) * sector) {
                throw truncated();
            }
            return in.length() >= (lastUsed + 2) * sector;
        } catch (EOFException e) {
            throw truncated();
        }
    }

    static ExcelFault truncated() {
        return new ExcelFault(
                "E-XLS-TRUNCATED",
                "the end of the workbook is missing: it was not written, copied or downloaded to the end");
    }

    private static ByteBuffer at(RandomAccessFile in, long position, int length) throws IOException {
        byte[] bytes = new byte[length];
        in.seek(position);
        in.readFully(bytes);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
