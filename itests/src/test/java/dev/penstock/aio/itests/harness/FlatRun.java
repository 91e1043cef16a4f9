package dev.penstock.aio.itests.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What became of the tests of the TCK that ran flat, as Surefire's reports in the provider's module say. */
public final class FlatRun {
    private static final String PROPERTY = "penstock.itests.flat";
    private static final Pattern SUITE = Pattern.compile("<testsuite [^>]* name=\"([^\"]*)\"[^>]* tests=\"([0-9]+)\"");
    private static final Pattern NOT_RUN =
            Pattern.compile("<testcase name=\"(\\w+)[^\"]*\" classname=\"([^\"]*)\"[^>]*>\\s*<skipped");

    private final Map<String, Integer> tests = new TreeMap<>();
    private final Set<String> notRun = new TreeSet<>();

    private FlatRun() {}

    /**
     * Reads the reports of the classes of a package.
     *
     * @param module the folder of the provider's module
     */
    public static FlatRun of(String packageName, String module) {
        FlatRun run = new FlatRun();
        Path reports = Path.of(System.getProperty(PROPERTY, ".."), module, "target", "surefire-reports");
        if (!Files.isDirectory(reports)) {
            return run;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(reports, "TEST-" + packageName + ".*.xml")) {
            for (Path file : files) {
                run.add(Files.readString(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("read reports=" + reports, e);
        }
        return run;
    }

    private void add(String report) {
        Matcher suite = SUITE.matcher(report);
        if (!suite.find()) {
            throw new IllegalStateException("not a report of Surefire: " + report);
        }
        tests.put(suite.group(1), Integer.valueOf(suite.group(2)));
        Matcher skipped = NOT_RUN.matcher(report);
        while (skipped.find()) {
            notRun.add(skipped.group(2) + "." + skipped.group(1));
        }
    }

    /** Returns whether there was none in this build. */
    public boolean isMissing() {
        return tests.isEmpty();
    }

    /** Returns the number of tests by the name of their class. */
    public Map<String, Integer> tests() {
        return tests;
    }

    /** Returns the class and method of each test that was skipped or aborted. */
    public Set<String> notRun() {
        return notRun;
    }
}
