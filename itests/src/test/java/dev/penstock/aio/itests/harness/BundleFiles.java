package dev.penstock.aio.itests.harness;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/** The bundles of the test class path by symbolic name: no repository, no network, nothing to be installed before. */
public final class BundleFiles {
    private static final Map<String, File> BY_NAME = scan();

    private BundleFiles() {}

    /**
     * Returns the jar of a bundle.
     *
     * @param symbolicName exactly one bundle of the class path has it
     */
    public static File of(String symbolicName) {
        File file = BY_NAME.get(symbolicName);
        if (file == null) {
            throw new IllegalArgumentException("no jar on the class path has symbolicName=" + symbolicName
                    + " (classes in a folder are no bundle: build with Maven first); there are " + BY_NAME.keySet());
        }
        return file;
    }

    private static Map<String, File> scan() {
        // Surefire may start the JVM with a jar that holds the class path only in its manifest.
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Map<String, File> found = new TreeMap<>();
        for (String entry : classPath.split(File.pathSeparator)) {
            if (entry.endsWith(".jar")) {
                File file = new File(entry);
                String name = symbolicName(file);
                if (name != null) {
                    found.putIfAbsent(name, file);
                }
            }
        }
        return found;
    }

    private static String symbolicName(File file) {
        try (JarFile jar = new JarFile(file)) {
            Manifest manifest = jar.getManifest();
            String header =
                    manifest == null ? null : manifest.getMainAttributes().getValue("Bundle-SymbolicName");
            return header == null ? null : header.replaceFirst(";.*", "").trim();
        } catch (IOException e) {
            throw new UncheckedIOException("read jar=" + file, e);
        }
    }
}
