package dev.penstock.aio.tck;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Writes which assertions of {@code peer-assertions.tsv} were restated by which test, and whether it passed, to the
 * file that the system property {@code penstock.tck.report} names, or {@code target/tck-assertions.tsv}.
 *
 * <p>A runner may start JUnit once for each class, so the rows of all runs in this process are kept and written each
 * time. A test that runs several times has passed if it did so every time; one that was skipped has no row.
 */
final class AssertionReport implements TestWatcher {
    private static final String PROPERTY = "penstock.tck.report";
    private static final String DEFAULT_PATH = "target/tck-assertions.tsv";

    /** What became of a test, the worst of its invocations if it has parameters. */
    private enum Outcome {
        PASSED,
        /** Reported as not run, and not in the table: a part of a test does not show what it asserts. */
        NOT_RUN,
        FAILED
    }

    /** Guarded by itself: id, test and provider, to the outcome. */
    private static final Map<List<String>, Outcome> ROWS = new TreeMap<>(AssertionReport::compare);

    @Override
    public void testSuccessful(ExtensionContext context) {
        add(context, Outcome.PASSED);
    }

    @Override
    public void testFailed(ExtensionContext context, Throwable cause) {
        add(context, Outcome.FAILED);
    }

    @Override
    public void testAborted(ExtensionContext context, Throwable cause) {
        System.out.println("not run: " + name(context) + ": " + cause.getMessage());
        add(context, Outcome.NOT_RUN);
    }

    @Override
    public void testDisabled(ExtensionContext context, Optional<String> reason) {
        System.out.println("not run: " + name(context) + ": " + reason.orElse("disabled"));
    }

    private static void add(ExtensionContext context, Outcome outcome) {
        Asserts asserts = context.getRequiredTestMethod().getAnnotation(Asserts.class);
        if (asserts == null) {
            return;
        }
        context.getRoot()
                .getStore(Namespace.create(AssertionReport.class))
                .getOrComputeIfAbsent(Writer.class, key -> new Writer(), Writer.class);
        synchronized (ROWS) {
            for (String id : asserts.value()) {
                ROWS.merge(List.of(id, name(context), Tck.factory().providerName()), outcome, AssertionReport::worse);
            }
        }
    }

    private static Outcome worse(Outcome left, Outcome right) {
        return left.compareTo(right) >= 0 ? left : right;
    }

    private static String name(ExtensionContext context) {
        return context.getRequiredTestClass().getSimpleName() + "."
                + context.getRequiredTestMethod().getName();
    }

    private static int compare(List<String> left, List<String> right) {
        for (int i = 0; i < left.size(); i++) {
            int order = left.get(i).compareTo(right.get(i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    /** Closed by JUnit at the end of a run. */
    private static final class Writer implements AutoCloseable {
        @Override
        public void close() {
            List<String> lines = new ArrayList<>();
            lines.add(String.join("\t", "id", "test", "provider", "outcome"));
            synchronized (ROWS) {
                ROWS.forEach((row, outcome) -> {
                    if (outcome != Outcome.NOT_RUN) {
                        lines.add(String.join("\t", row) + "\t" + outcome.name().toLowerCase(Locale.ROOT));
                    }
                });
            }
            Path report = Path.of(System.getProperty(PROPERTY, DEFAULT_PATH)).toAbsolutePath();
            try {
                Files.createDirectories(report.getParent());
                Files.write(report, lines);
            } catch (IOException e) {
                throw new UncheckedIOException("write report=" + report, e);
            }
        }
    }
}
