package dev.penstock.aio.itests.harness;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.ops4j.pax.tinybundles.TinyBundle;
import org.ops4j.pax.tinybundles.TinyBundles;

/** Bundles made of classes of the test tree. */
public final class TestBundle {
    private TestBundle() {}

    /**
     * Makes a bundle of all classes of a package, by bnd: components and imports are as its annotations and code say.
     *
     * @param symbolicName the bundle's name
     * @param packageName its only, private package
     * @param activator the name of its activator in that package, or an empty text for none
     */
    public static InputStream of(String symbolicName, String packageName, String activator) {
        return of(root(), symbolicName, packageName, activator);
    }

    /**
     * Makes a bundle of all classes of a package, as {@link #of(String, String, String)}, from another tree.
     *
     * @param classes the folder of compiled classes
     */
    public static InputStream of(Path classes, String symbolicName, String packageName, String activator) {
        return content(() -> {
            TinyBundle bundle = withClasses(classes, packageName)
                    .setHeader("Bundle-SymbolicName", symbolicName)
                    .setHeader("Private-Package", packageName)
                    .setHeader("Import-Package", "*");
            if (!activator.isEmpty()) {
                bundle.setHeader("Bundle-Activator", packageName + "." + activator);
            }
            return bundle.build(TinyBundles.bndBuilder());
        });
    }

    /** Makes a bundle with nothing in it, for its context. */
    public static InputStream empty(String symbolicName) {
        return content(() -> raw(TinyBundles.bundle(), symbolicName).build(TinyBundles.rawBuilder()));
    }

    /** Makes a bundle of the content of another one, without the components of that. */
    public static InputStream copy(String symbolicName, String of) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarInputStream original =
                new JarInputStream(Files.newInputStream(BundleFiles.of(of).toPath()))) {
            Manifest manifest = original.getManifest();
            manifest.getMainAttributes().putValue("Bundle-SymbolicName", symbolicName);
            for (String header : List.of("Service-Component", "Provide-Capability", "Require-Capability")) {
                manifest.getMainAttributes().remove(new Attributes.Name(header));
            }
            try (JarOutputStream copy = new JarOutputStream(bytes, manifest)) {
                for (JarEntry entry = original.getNextJarEntry(); entry != null; entry = original.getNextJarEntry()) {
                    copy.putNextEntry(new JarEntry(entry.getName()));
                    original.transferTo(copy);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("copy bundle=" + of, e);
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }

    /** Makes the bundle that test methods run in: the classes of their package, with whatever imports turn out. */
    static InputStream probe(Class<?> testClass) {
        return content(() -> raw(withClasses(root(), testClass.getPackageName()), "PROBE-" + testClass.getSimpleName())
                .setHeader("DynamicImport-Package", "*")
                .build(TinyBundles.rawBuilder()));
    }

    /** Builds it to its end; TinyBundles looks for parts of its own in the context class loader. */
    private static InputStream content(Supplier<InputStream> build) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(TestBundle.class.getClassLoader());
        try (InputStream content = build.get()) {
            return new ByteArrayInputStream(content.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("build a bundle", e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static TinyBundle raw(TinyBundle bundle, String symbolicName) {
        return bundle.setHeader("Bundle-ManifestVersion", "2").setHeader("Bundle-SymbolicName", symbolicName);
    }

    private static TinyBundle withClasses(Path classes, String packageName) {
        TinyBundle bundle = TinyBundles.bundle();
        String folder = packageName.replace('.', '/');
        for (Path file : classFiles(classes.resolve(folder))) {
            bundle.addResource(folder + "/" + file.getFileName(), url(file));
        }
        return bundle;
    }

    private static URL url(Path file) {
        try {
            return file.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> classFiles(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".class"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("list classes of " + folder, e);
        }
    }

    private static Path root() {
        try {
            return new File(TestBundle.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toPath();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
