package dev.datasync.files;

import dev.datasync.sink.NotCommittedException;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A file that is written beside another one and takes its place in one step, or leaves no trace. Whoever reads the
 * other file sees it as it was or as it will be.
 *
 * <p>It is private while it is written, and then gets the permissions, and as far as this process may the owner and
 * group, of the file it replaces. It is locked while it is written: what a killed process left behind is not, and is
 * removed by the next one.
 */
final class ReplacementFile implements Closeable {

    private static final String SUFFIX = ".datasync-tmp";
    private static final int PIECE = 64 << 10;
    private static final int MOST_LINKS = 40;
    private static final int MOST_ATTEMPTS = 20;

    /** The files that are written by this process now. */
    private static final Set<Path> IN_USE = ConcurrentHashMap.newKeySet();

    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rw-------");

    private final Path target;
    private final Path file;
    private final FileChannel channel;
    private final @Nullable Access access;
    private final ByteBuffer buffer = ByteBuffer.allocate(PIECE);
    private boolean gone;

    /** Who may do what with the file that will be there. */
    private record Access(UserPrincipal owner, GroupPrincipal group, Set<PosixFilePermission> permissions) {}

    private ReplacementFile(Path target, Path file, FileChannel channel, @Nullable Access access) {
        this.target = target;
        this.file = file;
        this.channel = channel;
        this.access = access;
    }

    /** Returns where a path leads when all its symbolic links are followed, also when there is no file yet. */
    static Path resolve(Path path) throws IOException {
        Path file = path.toAbsolutePath();
        for (int links = 0; Files.isSymbolicLink(file); links++) {
            if (links == MOST_LINKS) {
                throw new FileSystemLoopException(path.toString());
            }
            file = file.resolveSibling(Files.readSymbolicLink(file));
        }
        return file;
    }

    /**
     * Begins a replacement.
     *
     * @param target the file to replace or to create, with its symbolic links resolved
     */
    static ReplacementFile of(Path target) throws IOException {
        removeLeftovers(target);
        for (int attempt = 1; ; attempt++) {
            Path file = target.resolveSibling(prefix(target) + UUID.randomUUID() + SUFFIX);
            IN_USE.add(file);
            boolean begun = false;
            try {
                ReplacementFile replacement = begin(target, file);
                begun = true;
                return replacement;
            } catch (NoSuchFileException e) {
                // another process took it for a leftover before it was locked
                if (attempt == MOST_ATTEMPTS) {
                    throw e;
                }
            } finally {
                if (!begun) {
                    IN_USE.remove(file);
                }
            }
        }
    }

    @SuppressWarnings("resource") // closed with the replacement, or here when there will be none
    private static ReplacementFile begin(Path target, Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try {
            // made like any other file of this process, a new one shows the permissions that it shall have in the end
            Access access = access(Files.exists(target) ? target : file);
            PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
            if (view != null) {
                view.setPermissions(PRIVATE);
            }
            lock(channel);
            if (Files.notExists(file)) {
                throw new NoSuchFileException(file.toString());
            }
            return new ReplacementFile(target, file, channel, access);
        } catch (IOException | RuntimeException | Error e) {
            try (channel) {
                Files.deleteIfExists(file);
            }
            throw e;
        }
    }

    private static String prefix(Path target) {
        return "." + target.getFileName() + ".";
    }

    private static @Nullable Access access(Path file) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view == null) {
            return null;
        }
        PosixFileAttributes attributes = view.readAttributes();
        return new Access(attributes.owner(), attributes.group(), attributes.permissions());
    }

    private static @Nullable FileLock lock(FileChannel channel) {
        try {
            return channel.tryLock();
        } catch (IOException | OverlappingFileLockException e) {
            // locked in this process, or a file system without locks: then leftovers stay
            return null;
        }
    }

    private static void removeLeftovers(Path target) {
        String prefix = prefix(target);
        DirectoryStream.Filter<Path> ours = candidate -> {
            String name = candidate.getFileName().toString();
            return name.startsWith(prefix) && name.endsWith(SUFFIX);
        };
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(target.resolveSibling("."), ours)) {
            for (Path leftover : leftovers) {
                // opening and closing a file ends the locks that this process has on it
                if (!IN_USE.contains(target.resolveSibling(leftover.getFileName()))) {
                    removeUnlessLocked(leftover);
                }
            }
        } catch (IOException e) {
            // a folder that cannot be listed may well be written
        }
    }

    private static void removeUnlessLocked(Path leftover) {
        try (FileChannel channel = FileChannel.open(leftover, StandardOpenOption.WRITE);
                FileLock lock = lock(channel)) {
            if (lock != null) {
                Files.deleteIfExists(leftover);
            }
        } catch (IOException e) {
            // it is private to another user, or was removed meanwhile
        }
    }

    void write(byte[] bytes, int from, int to) throws IOException {
        int next = from;
        while (next < to) {
            if (!buffer.hasRemaining()) {
                flush();
            }
            int count = Math.min(to - next, buffer.remaining());
            buffer.put(bytes, next, count);
            next += count;
        }
    }

    void write(byte[] bytes) throws IOException {
        write(bytes, 0, bytes.length);
    }

    /** Returns a stream into the file, for libraries that want one; closing it changes nothing. */
    OutputStream stream() {
        return new OutputStream() {
            private final byte[] single = new byte[1];

            @Override
            public void write(int next) throws IOException {
                single[0] = (byte) next;
                ReplacementFile.this.write(single);
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                ReplacementFile.this.write(bytes, from, from + length);
            }
        };
    }

    private void flush() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }

    /** Brings everything to the disk. After that only {@link #replace} is left to do. */
    void finish() throws IOException {
        flush();
        if (access != null) {
            grant(access);
        }
        channel.force(true);
        channel.close();
    }

    private void grant(Access wanted) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        Access now = access(file);
        try {
            if (now != null && !now.group.equals(wanted.group)) {
                view.setGroup(wanted.group);
            }
            if (now != null && !now.owner.equals(wanted.owner)) {
                view.setOwner(wanted.owner);
            }
        } catch (IOException e) {
            // only a privileged process may give files away
        }
        view.setPermissions(wanted.permissions);
    }

    /**
     * Puts this file into the other one's place.
     *
     * @throws NotCommittedException when that fails and the other file is as it was
     * @throws IOException when that fails on a file system that cannot replace in one step, and nobody knows
     */
    void replace() throws NotCommittedException, IOException {
        try {
            Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(file, target, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new NotCommittedException(target + " cannot be replaced, and is as it was: " + e.getMessage(), e);
        }
        gone = true;
        forceFolder();
    }

    /**
     * Puts this file into the other one's place if that is still what it was. Of two processes that do this at once, one
     * succeeds: the look and the replacement happen under a lock of the file that is replaced, and a file that is new is
     * put where there is none.
     *
     * @param expected what the other file was
     * @param moved what to say when it is no longer that
     * @throws NotCommittedException when it is no longer that, or the replacement fails and the other file is as it was
     * @throws IOException when that fails on a file system that cannot replace in one step, and nobody knows
     */
    @SuppressWarnings("try") // the lock is there to be held
    void replaceUnchanged(FileStamp expected, String moved) throws NotCommittedException, IOException {
        if (!expected.exists()) {
            putWhereNoneIs(moved);
            return;
        }
        try (FileChannel held = hold(moved)) {
            requireStill(expected, moved);
            gone = isMovedAtOnce();
        }
        if (gone) {
            forceFolder();
        } else {
            requireStill(expected, moved);
            replace();
        }
    }

    /** Tries to replace the other file while it is open, which some systems do not do, and in one step. */
    private boolean isMovedAtOnce() {
        try {
            Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void requireStill(FileStamp expected, String moved) throws NotCommittedException {
        if (FileInput.isChanged(target, expected)) {
            throw new NotCommittedException(moved);
        }
    }

    /** Locks the file that is to be replaced, against others that do the same. */
    @SuppressWarnings("resource") // closed by the caller, which also ends the lock
    private FileChannel hold(String moved) throws NotCommittedException {
        FileChannel held;
        try {
            held = FileChannel.open(target, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new NotCommittedException(target + " cannot be replaced, and is as it was: " + e.getMessage(), e);
        }
        boolean isHeld;
        try {
            isHeld = held.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            isHeld = false;
        } catch (IOException e) {
            // a file system without locks: then the look just before has to do
            isHeld = true;
        }
        if (!isHeld) {
            try (held) {
                throw new NotCommittedException(moved);
            } catch (IOException e) {
                throw new NotCommittedException(moved, e);
            }
        }
        return held;
    }

    private void putWhereNoneIs(String moved) throws NotCommittedException, IOException {
        try {
            // other than a move, a link never replaces what somebody else has put there
            Files.createLink(target, file);
        } catch (FileAlreadyExistsException e) {
            throw new NotCommittedException(moved, e);
        } catch (IOException | UnsupportedOperationException e) {
            if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                throw new NotCommittedException(moved, e);
            }
            replace();
            return;
        }
        try {
            Files.deleteIfExists(file);
            gone = true;
        } catch (IOException e) {
            // the other name is there; close() tries again
        }
        forceFolder();
    }

    private void forceFolder() {
        try (FileChannel folder = FileChannel.open(target.resolveSibling("."), StandardOpenOption.READ)) {
            folder.force(true);
        } catch (IOException e) {
            // not every system opens folders; the file itself is on the disk
        }
    }

    /** Removes the file, unless it has taken the other one's place. */
    @Override
    public void close() throws IOException {
        try (channel) {
            if (!gone) {
                Files.deleteIfExists(file);
                gone = true;
            }
        } finally {
            IN_USE.remove(file);
        }
    }
}
