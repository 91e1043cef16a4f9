package dev.penstock.aio.itests.harness;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs classes of tests that a bundle loaded, in the calling thread, and keeps what became of them. */
public final class JupiterRun {
    private final Map<String, Integer> tests = new TreeMap<>();
    private final List<String> failed = new ArrayList<>();
    private final Map<String, String> notRun = new TreeMap<>();

    private JupiterRun() {}

    /** Runs classes of tests, one after the other. */
    public static JupiterRun of(List<Class<?>> classes) {
        JupiterRun run = new JupiterRun();
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        // JUnit looks for its engines there.
        thread.setContextClassLoader(JupiterRun.class.getClassLoader());
        try {
            Launcher launcher = LauncherFactory.create();
            LauncherDiscoveryRequestBuilder request = LauncherDiscoveryRequestBuilder.request();
            classes.forEach(each -> request.selectors(selectClass(each)));
            launcher.execute(request.build(), run.new Listener());
        } finally {
            thread.setContextClassLoader(before);
        }
        return run;
    }

    /** Returns how many tests there were, whatever became of them, by the name of their class. */
    public Map<String, Integer> tests() {
        return tests;
    }

    /** Returns each failure with its cause. */
    public List<String> failed() {
        return failed;
    }

    /** Returns the reason of each test that was skipped or aborted, by its class and method. */
    public Map<String, String> notRun() {
        return notRun;
    }

    @Override
    public String toString() {
        int sum = tests.values().stream().mapToInt(Integer::intValue).sum();
        return "tests=" + sum + " failed=" + failed.size() + " notRun=" + notRun;
    }

    private final class Listener implements TestExecutionListener {
        @Override
        public void executionSkipped(TestIdentifier test, String reason) {
            count(test);
            notRun.put(name(test), reason);
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            count(test);
            switch (result.getStatus()) {
                case SUCCESSFUL -> {}
                case FAILED -> failed.add(name(test) + ": " + cause(result));
                case ABORTED ->
                    notRun.put(
                            name(test),
                            result.getThrowable().map(Throwable::getMessage).orElse("aborted"));
            }
        }

        private void count(TestIdentifier test) {
            if (test.isTest()) {
                tests.merge(source(test).getClassName(), 1, Integer::sum);
            }
        }

        private MethodSource source(TestIdentifier test) {
            return test.getSource()
                    .filter(MethodSource.class::isInstance)
                    .map(MethodSource.class::cast)
                    .orElseThrow(() -> new AssertionError("a test without a method: " + test));
        }

        private String name(TestIdentifier test) {
            return test.isTest()
                    ? source(test).getClassName() + "." + source(test).getMethodName()
                    : test.getDisplayName();
        }

        private String cause(TestExecutionResult result) {
            return result.getThrowable().map(ThrowableText::of).orElse("no cause");
        }
    }
}
