package dev.datasync.jdbc;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * Starts processes with this one's class path, the first of which leaves an archive of its loaded classes for the others:
 * that saves half of their time. An archive can only be made of JAR files, so folders are packed into such.
 */
final class FastStart {

    private final Path archive;
    private final String classPath;

    private FastStart(Path folder) throws IOException {
        archive = folder.resolve("classes.jsa");
        List<String> jars = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path path = Path.of(entry);
            if (!Files.isDirectory(path)) {
                jars.add(entry);
                continue;
            }
            Path jar = folder.resolve(jars.size() + ".jar");
            pack(path, jar);
            jars.add(jar.toString());
        }
        classPath = String.join(File.pathSeparator, jars);
    }

    static FastStart create() throws IOException {
        Path folder = Files.createTempDirectory("datasync-classes");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
        return new FastStart(folder);
    }

    private static void pack(Path folder, Path jar) throws IOException {
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new JarEntry(folder.relativize(file).toString().replace(File.separatorChar, '/')));
                Files.copy(file, out);
            }
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            System.err.println("the folder of the packed classes is not deleted: " + e);
        }
    }

    /** Starts a process whose output has its errors too. */
    Process start(Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                // an archive that does not fit is not used, and a class that does not get into one is not worth a line
                "-Xshare:auto",
                "-XX:-UsePerfData",
                "-Xlog:disable",
                Files.exists(archive) ? "-XX:SharedArchiveFile=" + archive : "-XX:ArchiveClassesAtExit=" + archive,
                "-cp",
                classPath,
                main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }
}
