package dev.penstock.aio.itests.harness;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The examples of README.md, so that they are compiled and run as they stand there. */
public final class ReadmeExample {
    private static final Path README = Path.of(System.getProperty("basedir", "."), "..", "README.md");

    private ReadmeExample() {}

    /** Returns the text of the only Java example of a chapter. */
    public static String of(String chapter) {
        List<String> found = new ArrayList<>();
        Matcher examples = Pattern.compile("(?s)```java\\n(.*?)```").matcher(chapter(chapter));
        while (examples.find()) {
            found.add(examples.group(1));
        }
        if (found.size() != 1) {
            throw new IllegalStateException("examples=" + found.size() + " in chapter=" + chapter + " of " + README);
        }
        return found.get(0);
    }

    private static String chapter(String name) {
        try {
            Matcher chapter = Pattern.compile("(?sm)^## " + Pattern.quote(name) + "\\n(.*?)(?=^## |\\z)")
                    .matcher(Files.readString(README));
            if (!chapter.find()) {
                throw new IllegalStateException("no chapter=" + name + " in " + README);
            }
            return chapter.group(1);
        } catch (IOException e) {
            throw new IllegalStateException("read " + README, e);
        }
    }

    /**
     * Compiles a class as a user would.
     *
     * @param className its name, with its package
     * @param source all of its file
     * @param folder where file and classes go
     * @param bundles the symbolic names of the bundles that it needs
     * @return the folder of the classes
     */
    public static Path compile(String className, String source, Path folder, String... bundles) {
        Path classes = folder.resolve("classes");
        try {
            Path file = folder.resolve(className.substring(className.lastIndexOf('.') + 1) + ".java");
            Files.writeString(file, source);
            String classPath = Stream.of(bundles)
                    .map(name -> BundleFiles.of(name).getPath())
                    .collect(Collectors.joining(File.pathSeparator));
            javac("--release", "17", "-d", classes.toString(), "-classpath", classPath, file.toString());
        } catch (IOException e) {
            throw new IllegalStateException("compile " + className, e);
        }
        return classes;
    }

    /** Runs the compiler, and fails with what it says if it does. */
    public static void javac(String... arguments) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream log = new PrintStream(said, true, StandardCharsets.UTF_8);
        int status = ToolProvider.findFirst("javac").orElseThrow().run(log, log, arguments);
        if (status != 0) {
            throw new IllegalStateException("javac answers " + status + ": " + said.toString(StandardCharsets.UTF_8));
        }
    }
}
