package dev.penstock.aio.provider.nio;

import dev.penstock.aio.Errno;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** Runs a main class in a process of its own, for limits and rights that hold for a whole process. */
final class ChildJvm {
    /** The file that the child makes when it has all its threads, and the one that tells that it gets no more. */
    static final String READY = "ready";

    static final String GO = "go";

    private static final String NOBODY = "65534";

    private final Path classes;
    private final List<String> prefix;

    private ChildJvm(Path classes, List<String> prefix) {
        this.classes = classes;
        this.prefix = prefix;
    }

    /** With a limit of the shell, such as {@code -f 8}. */
    static ChildJvm limited(Path folder, String ulimit) throws IOException {
        Needs.command("bash");
        return new ChildJvm(copyClasses(folder), List.of("bash", "-c", "ulimit " + ulimit + "; exec \"$@\"", "bash"));
    }

    /** As a user without rights: the present one, or nobody if that is root. */
    static ChildJvm asNobody(Path folder) throws IOException {
        return new ChildJvm(copyClasses(folder), nobody());
    }

    /** As a user without rights, that gets no further thread from {@link #GO} on. Root has no such limit. */
    static ChildJvm asNobodyWithoutThreads(Path folder) throws IOException {
        Needs.command("bash");
        Needs.command("prlimit");
        List<String> prefix = new ArrayList<>(nobody());
        String ready = folder.resolve(READY).toString();
        String go = folder.resolve(GO).toString();
        prefix.addAll(List.of(
                "bash",
                "-c",
                "\"$@\" & until [ -e " + ready + " ] || ! kill -0 $!; do sleep 0.02; done;"
                        + " prlimit --pid $! --nproc=1:1; touch " + go + "; wait $!",
                "bash"));
        Path classes = copyClasses(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        return new ChildJvm(classes, prefix);
    }

    private static List<String> nobody() {
        if (!Needs.isRoot()) {
            return List.of();
        }
        Needs.command("setpriv");
        return List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");
    }

    String run(Class<?> main, String... arguments) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(prefix);
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        words.addAll(List.of("-cp", classes.toString(), main.getName()));
        words.addAll(List.of(arguments));
        Command command = Command.run(words);
        if (command.status() != 0) {
            throw new IOException(words + " ended with " + command.status() + ": " + command.output());
        }
        return command.output();
    }

    /** Copies all classes to one place, for the user nobody may not see where they are. */
    private static Path copyClasses(Path folder) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path target = Files.createDirectories(folder.resolve("classes"));
        for (Class<?> one : List.of(Errno.class, NioProvider.class, ChildJvm.class)) {
            try {
                copy(
                        Path.of(one.getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI()),
                        target);
            } catch (URISyntaxException e) {
                throw new IOException(e);
            }
        }
        return target;
    }

    private static void copy(Path source, Path target) throws IOException {
        if (Files.isDirectory(source)) {
            copyTree(source, target);
        } else {
            try (FileSystem jar = FileSystems.newFileSystem(source)) {
                copyTree(jar.getPath("/"), target);
            }
        }
    }

    private static void copyTree(Path source, Path target) throws IOException {
        Files.walkFileTree(source, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (file.toString().endsWith(".class")) {
                    Path copy = target.resolve(source.relativize(file).toString());
                    Files.createDirectories(copy.getParent());
                    Files.write(copy, Files.readAllBytes(file));
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
