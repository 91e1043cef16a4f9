package dev.penstock.aio.itests.harness;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/** The bundles of the test class path by symbolic name: no repository, no network, nothing to be installed before. */
public final class BundleFiles {
    private static final Map<String, File> BY_NAME = scan();
    private static final String PROVIDE_CAPABILITY = "Provide-Capability";

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

    /**
     * Returns the bundles that say that they register a service, by symbolic name.
     *
     * @param service the name of its type
     */
    public static List<String> offering(String service) {
        return BY_NAME.entrySet().stream()
                .filter(bundle -> offers(bundle.getValue(), service))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static boolean offers(File file, String service) {
        String capabilities = header(file, PROVIDE_CAPABILITY);
        return capabilities != null && capabilities.contains("objectClass:List<String>=\"" + service + '"');
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
        String header = header(file, "Bundle-SymbolicName");
        return header == null ? null : header.replaceFirst(";.*", "").trim();
    }

    private static String header(File file, String name) {
        try (JarFile jar = new JarFile(file)) {
            Manifest manifest = jar.getManifest();
            return manifest == null ? null : manifest.getMainAttributes().getValue(name);
        } catch (IOException e) {
            throw new UncheckedIOException("read jar=" + file, e);
        }
    }
}
