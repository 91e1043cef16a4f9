package dev.penstock.aio.itests.harness;

import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.cleanCaches;
import static org.ops4j.pax.exam.CoreOptions.systemPackages;
import static org.ops4j.pax.exam.CoreOptions.workingDirectory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.ops4j.pax.exam.ExamSystem;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.nat.internal.NativeTestContainer;
import org.ops4j.pax.exam.spi.DefaultExamSystem;
import org.ops4j.pax.exam.spi.PaxExamRuntime;
import org.osgi.framework.Bundle;

/** A framework that runs in this process, with the bundle that test methods run in. */
final class Container {
    private static final String WORK_PROPERTY = "penstock.itests.work";
    private static final String JUNIT_PROPERTY = "penstock.itests.junit";

    private static final List<String> BUNDLES = List.of(
            "org.osgi.util.function",
            "org.osgi.util.promise",
            "org.osgi.service.component",
            "org.osgi.service.log",
            "org.apache.felix.configadmin",
            "org.apache.felix.metatype",
            "org.apache.felix.scr",
            "org.apache.felix.gogo.runtime",
            "dev.penstock.aio.api",
            "dev.penstock.aio.engine",
            "dev.penstock.aio.provider.nio",
            "dev.penstock.aio.tck");

    /** What comes from the class path, so that a failure inside is the same class outside. */
    private static final List<String> SHARED = List.of(
            "org.junit.jupiter.api",
            "org.junit.jupiter.api.extension",
            "org.junit.jupiter.api.function",
            "org.junit.jupiter.api.io",
            "org.junit.jupiter.params",
            "org.junit.jupiter.params.provider");

    private final ExamSystem system;
    private final NativeTestContainer framework;
    private final Bundle probe;

    private Container(ExamSystem system, NativeTestContainer framework, Bundle probe) {
        this.system = system;
        this.framework = framework;
        this.probe = probe;
    }

    /** Starts a framework with everything in it that a class of tests wants. */
    static Container start(Class<?> testClass) throws IOException {
        Path work = Files.createTempDirectory(
                Files.createDirectories(Path.of(System.getProperty(WORK_PROPERTY, "target/containers"))),
                testClass.getSimpleName() + "-");
        ExamSystem system =
                DefaultExamSystem.create(options(work, bundles(testClass.getAnnotation(InContainer.class))));
        NativeTestContainer framework = (NativeTestContainer) PaxExamRuntime.createContainer(system);
        try {
            framework.start();
            long id = framework.installProbe(TestBundle.probe(testClass));
            Bundle probe = framework.getSystemBundle().getBundleContext().getBundle(id);
            return new Container(system, framework, probe);
        } catch (RuntimeException | Error e) {
            framework.stop();
            system.clear();
            throw e;
        }
    }

    private static List<String> bundles(InContainer wanted) {
        List<String> bundles = new ArrayList<>(BUNDLES);
        for (String name : wanted.without()) {
            if (!bundles.remove(name)) {
                throw new IllegalArgumentException("without=" + name + " is not among " + BUNDLES);
            }
        }
        bundles.addAll(List.of(wanted.with()));
        return bundles;
    }

    private static Option[] options(Path work, List<String> bundles) {
        List<Option> options = new ArrayList<>();
        options.add(workingDirectory(work.toString()));
        options.add(cleanCaches(true));
        options.add(systemPackages(shared()));
        for (String name : bundles) {
            options.add(bundle(BundleFiles.of(name).toURI().toString()));
        }
        return options.toArray(Option[]::new);
    }

    private static String[] shared() {
        String junit = Objects.requireNonNull(System.getProperty(JUNIT_PROPERTY), JUNIT_PROPERTY);
        List<String> packages = new ArrayList<>();
        SHARED.forEach(name -> packages.add(name + ";version=" + junit));
        packages.add("org.opentest4j;version=1.3.0");
        packages.add(Container.class.getPackageName());
        return packages.toArray(String[]::new);
    }

    /** Returns the bundle that test methods run in. */
    Bundle probe() {
        return probe;
    }

    /** Stops the framework and removes its files. */
    void stop() {
        framework.stop();
        system.clear();
    }
}
