package dev.penstock.aio.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.penstock.aio.itests.harness.BundleFiles;
import dev.penstock.aio.itests.harness.ReadmeExample;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bundles are plain jars too: a program finds engine and provider on its module path or class path. */
@Timeout(120)
class PlainJavaIT {
    private static final String API = "dev.penstock.aio.api";
    private static final String JARS = Stream.of(API, "dev.penstock.aio.engine", "dev.penstock.aio.provider.nio")
            .map(name -> BundleFiles.of(name).getPath())
            .collect(Collectors.joining(File.pathSeparator));

    private static final String NATIVE = "dev.penstock.aio.provider.posix";
    private static final String WITH_NATIVE =
            JARS + File.pathSeparator + BundleFiles.of(NATIVE).getPath();
    /** In the folder that programs run in. */
    private static final String FILE = "file";

    @TempDir
    Path folder;

    private Path program;

    @BeforeEach
    void compileTheProgram() throws IOException {
        program = folder.resolve("program");
        List<String> arguments =
                new ArrayList<>(List.of("--release", "17", "-d", program.toString(), "--module-path", JARS));
        for (String name : List.of("module-info.java", "ReadFile.java")) {
            Path source = folder.resolve(name);
            try (InputStream text = getClass().getResourceAsStream("/plain/" + name)) {
                Files.copy(Objects.requireNonNull(text, name), source);
            }
            arguments.add(source.toString());
        }
        ReadmeExample.javac(arguments.toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void aFileIsReadOnTheModulePath(int java) throws Exception {
        assertReads(java, "--module-path", JARS + File.pathSeparator + program, "--module", "plain/plain.ReadFile");
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void aFileIsReadOnTheClassPath(int java) throws Exception {
        assertReads(java, "-classpath", JARS + File.pathSeparator + program, "plain.ReadFile");
    }

    /** Its jar on the module path must not keep an older Java from starting. */
    @ParameterizedTest
    @CsvSource({"17, nio", "25, nio", "25, native"})
    void besideTheNativeProviderAFileIsReadByTheOneThatIsNamed(int java, String provider) throws Exception {
        List<String> arguments = new ArrayList<>();
        if (java > 17) {
            arguments.add("--enable-native-access=" + NATIVE);
        }
        arguments.addAll(List.of("--module-path", WITH_NATIVE + File.pathSeparator + program));
        arguments.addAll(List.of("--module", "plain/plain.ReadFile", FILE, provider));

        assertEquals(List.of(provider + " 5 water"), run(java, arguments.toArray(String[]::new)));
    }

    @Test
    void whereNativeAccessIsDeniedTheOtherServes() throws Exception {
        List<String> said = run(
                25,
                "--illegal-native-access=deny",
                "-classpath",
                WITH_NATIVE + File.pathSeparator + program,
                "plain.ReadFile",
                FILE);

        assertEquals(List.of("nio 5 water"), said);
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void whatBelongsToAContainerIsNotLoaded(int java) throws Exception {
        List<String> loaded =
                run(java, "-verbose:class", "-classpath", JARS + File.pathSeparator + program, "plain.ReadFile", FILE);

        assertTrue(loaded.stream().anyMatch(line -> line.contains(" dev.penstock.aio.engine.Engine ")));
        for (String line : loaded) {
            assertFalse(line.contains("dev.penstock.aio.engine.osgi") || line.contains("org.osgi."), line);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void theExampleOfTheReadmeReadsAFile(int java) throws Exception {
        Files.write(folder.resolve("data.bin"), new byte[10_000]);

        List<String> said = runTheExampleOfTheReadme(java);

        assertEquals(256, said.size());
        assertEquals(
                List.of("4096 bytes at 0", "4096 bytes at 4096", "1808 bytes at 8192", "0 bytes at 12288"),
                said.subList(0, 4));
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void theExampleOfTheReadmeTellsWhyAReadFailsAndGoesOn(int java) throws Exception {
        // Nothing is mapped at its beginning.
        Files.createSymbolicLink(folder.resolve("data.bin"), Path.of("/proc/self/mem"));

        List<String> said = runTheExampleOfTheReadme(java);

        assertEquals(256, said.size());
        for (int i = 0; i < said.size(); i++) {
            assertEquals("EIO at " + i * 4096, said.get(i));
        }
    }

    @ParameterizedTest
    @CsvSource({"17, --module-path", "25, --module-path", "17, -classpath", "25, -classpath"})
    void aListenerIsToldOfARead(int java, String path) throws Exception {
        String source = """
                import dev.penstock.aio.*;
                import dev.penstock.aio.notification.*;
                import java.util.Map;
                class Listen {
                    public static void main(String[] arguments) throws Exception {
                        var told = new java.util.concurrent.CountDownLatch(1);
                        try (Standalone aio = AsyncIo.load(Map.of("publish.all", true));
                                StandaloneNotifications notifications = Notifications.load(aio);
                                AsyncFile file = aio.open(java.nio.file.Path.of("file"))) {
                            notifications.register(completion -> {
                                System.out.println(completion.operation() + " " + completion.transferred());
                                told.countDown();
                            }, Map.of(CompletionListener.OPERATION, "READ"));
                            file.read(java.nio.ByteBuffer.allocate(100), 0).await();
                            told.await(20, java.util.concurrent.TimeUnit.SECONDS);
                        }
                    }
                }
                """;
        Path classes = ReadmeExample.compile("Listen", source, folder, API);
        String jars = JARS
                + File.pathSeparator
                + BundleFiles.of("dev.penstock.aio.notification").getPath();
        List<String> arguments = path.equals("-classpath")
                ? List.of(path, jars + File.pathSeparator + classes, "Listen")
                : List.of(path, jars, "--add-modules", "ALL-MODULE-PATH", "-classpath", classes.toString(), "Listen");

        assertEquals(List.of("READ 5"), run(java, arguments.toArray(String[]::new)));
    }

    private List<String> runTheExampleOfTheReadme(int java) throws Exception {
        String source = "import dev.penstock.aio.*; import java.nio.file.*;"
                + "class Example { public static void main(String[] arguments) throws Exception {\n"
                + ReadmeExample.of("Use it in plain Java") + "}}";
        Path classes = ReadmeExample.compile("Example", source, folder, API);
        return run(java, "-classpath", JARS + File.pathSeparator + classes, "Example");
    }

    private void assertReads(int java, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add(FILE);
        assertEquals(List.of("nio 5 water"), run(java, all.toArray(String[]::new)));
    }

    /** Runs a program in the folder of the file and returns what it says, on both streams, for nothing else is to be said. */
    private List<String> run(int java, String... arguments) throws Exception {
        Files.writeString(folder.resolve(FILE), "water");
        List<String> command = new ArrayList<>();
        command.add(Path.of(home(java), "bin", "java").toString());
        command.addAll(List.of(arguments));
        Path said = folder.resolve("said");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the program does not end");
        } finally {
            process.destroyForcibly();
        }
        assertEquals(0, process.exitValue(), () -> String.join(System.lineSeparator(), lines(said)));
        return lines(said);
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String home(int java) {
        if (Runtime.version().feature() == java) {
            return System.getProperty("java.home");
        }
        String home = System.getProperty("penstock.itests.java" + java, "");
        assumeFalse(home.isEmpty(), "NOT RUN on Java " + java + ": there is no such JDK");
        return home;
    }
}
