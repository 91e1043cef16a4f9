package dev.penstock.aio.tck.system;

import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.spi.AioEngine;
import dev.penstock.aio.spi.AioProvider;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Runs a main class in a process of its own, for limits and rights that hold for a whole process, and for what might
 * bring the process down.
 *
 * <p>What the child needs of classes is copied into a folder of the test, for another user may not see where they are,
 * and as jars, for a class of its own file could not be loaded once no descriptor is to be had.
 */
public final class ChildJvm {
    /** The file that the child makes when it has all its threads. */
    public static final String READY = "ready";

    /** The file that tells the child that it gets no more threads. */
    public static final String GO = "go";

    private static final String NOBODY = "65534";

    private final Path folder;
    private final List<String> prefix;
    private final Set<Path> classPath = new LinkedHashSet<>();
    private final Set<Path> modulePath = new LinkedHashSet<>();
    private final List<String> options = new ArrayList<>(List.of("-Xmx64m", "-XX:+UseSerialGC"));
    private boolean compilesLittle = true;

    private ChildJvm(Path folder, List<String> prefix) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        this.folder = folder;
        this.prefix = prefix;
        with(ChildJvm.class);
    }

    /** As the present user, without limits. */
    public static ChildJvm in(Path folder) throws IOException {
        return new ChildJvm(folder, List.of());
    }

    /** Under a command that runs another, such as strace. */
    public static ChildJvm under(Path folder, List<String> command) throws IOException {
        return new ChildJvm(folder, command);
    }

    /** With a limit of the shell, such as {@code -f 8}. */
    public static ChildJvm limited(Path folder, String ulimit) throws IOException {
        Needs.command("bash");
        return new ChildJvm(folder, List.of("bash", "-c", "ulimit " + ulimit + " || exit; exec \"$@\"", "bash"));
    }

    /** As a user without rights: the present one, or nobody if that is root. */
    public static ChildJvm asNobody(Path folder) throws IOException {
        return new ChildJvm(folder, nobody());
    }

    /** As a user without rights, that gets no further thread from {@link #GO} on. Root has no such limit. */
    public static ChildJvm asNobodyWithoutThreads(Path folder) throws IOException {
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
        ChildJvm child = new ChildJvm(folder, prefix);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        return child;
    }

    private static List<String> nobody() {
        if (!Needs.isRoot()) {
            return List.of();
        }
        Needs.command("setpriv");
        return List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");
    }

    /** Puts what some classes were loaded from onto the class path of the child. */
    public ChildJvm with(Class<?>... classes) throws IOException {
        for (Class<?> each : classes) {
            classPath.add(copyOfSource(each));
        }
        return this;
    }

    /** Puts the API, the engine and a provider onto the class path of the child. */
    public ChildJvm withProvider(Class<? extends AioProvider> provider) throws IOException {
        return with(AsyncIo.class, engine(), provider);
    }

    /** Returns a class of the engine. */
    public static Class<?> engine() {
        return ServiceLoader.load(AioEngine.class).findFirst().orElseThrow().getClass();
    }

    /** Puts what some classes were loaded from onto the module path of the child. */
    public ChildJvm withModules(Class<?>... classes) throws IOException {
        for (Class<?> each : classes) {
            modulePath.add(copyOfSource(each));
        }
        return this;
    }

    /** Adds options of Java. */
    public ChildJvm options(String... added) {
        options.addAll(List.of(added));
        return this;
    }

    /** Lets the child run as fast as it can, where it does more than start. */
    public ChildJvm compilingAll() {
        compilesLittle = false;
        return this;
    }

    /** Runs a class, that must end with 0; returns what it said. */
    public String run(Class<?> main, String... arguments) throws IOException, InterruptedException {
        Command command = runToTheEnd(main, arguments);
        if (command.status() != 0) {
            throw new IOException(main.getName() + " " + List.of(arguments) + " ended with " + command.status() + ": "
                    + command.output());
        }
        return command.output();
    }

    /** Runs a class, whatever it ends with. */
    public Command runToTheEnd(Class<?> main, String... arguments) throws IOException, InterruptedException {
        with(main);
        List<String> words = new ArrayList<>(prefix);
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(options);
        if (compilesLittle) {
            words.add("-XX:TieredStopAtLevel=1");
        }
        if (!modulePath.isEmpty()) {
            words.addAll(List.of("-p", joined(modulePath), "--add-modules", "ALL-MODULE-PATH"));
        }
        words.addAll(List.of("-cp", joined(classPath), main.getName()));
        words.addAll(List.of(arguments));
        return Command.run(words);
    }

    private static String joined(Set<Path> paths) {
        return String.join(":", paths.stream().map(Path::toString).toList());
    }

    private Path copyOfSource(Class<?> type) throws IOException {
        Path source;
        try {
            source = Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
        String name = Integer.toHexString(source.hashCode()) + "-" + source.getFileName();
        Path target = Files.createDirectories(folder.resolve("classes")).resolve(name + ".jar");
        if (!Files.exists(target)) {
            if (Files.isDirectory(source)) {
                pack(source, target);
            } else {
                Files.copy(source, target);
            }
        }
        return target;
    }

    private static void pack(Path source, Path target) throws IOException {
        try (ZipOutputStream jar = new ZipOutputStream(Files.newOutputStream(target));
                Stream<Path> all = Files.walk(source)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                jar.putNextEntry(new ZipEntry(source.relativize(file).toString()));
                Files.copy(file, jar);
                jar.closeEntry();
            }
        }
    }
}
