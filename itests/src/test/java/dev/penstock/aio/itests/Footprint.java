package dev.penstock.aio.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.tck.Bounded;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What this process has in use.
 *
 * @param threads of ours, but those that move files, which come and go
 * @param tasks threads that the kernel knows, also those of libraries
 * @param descriptors what open ones lead to, without numbers, and how often; but for files of the test, which has up to two
 *     for each (of nio, the second one is for those who help), and for those in which nio looks for that one's number
 * @param mappings files, devices and rings that are mapped into memory, and how often; those of the JVM left out
 * @param directBytes of direct memory, to which the JVM adds what native providers allocate
 */
record Footprint(
        List<String> threads,
        int tasks,
        Map<String, Integer> descriptors,
        Map<String, Integer> mappings,
        long directBytes) {
    /** The JVM compiles and collects with more or fewer threads. */
    private static final int TASKS_OF_THE_JVM = 10;

    private static final Path SELF = Path.of("/proc/self");
    private static final Pattern MOVER = Pattern.compile("-(mover|closer|switcher)-");
    private static final String POOL = "penstock-nio-";
    /** Address, permissions, offset, device and inode stand before the name. */
    private static final int COLUMNS_BEFORE_THE_NAME = 5;

    /**
     * Returns what is in use once everything has ended that ends by itself.
     *
     * @param files where those of the test are
     */
    static Footprint settled(Leftovers leftovers, Path files) {
        Bounded.await(
                "the end of threads that moved files",
                () -> leftovers.threads().stream()
                        .noneMatch(name -> MOVER.matcher(name).find()));
        return new Footprint(
                leftovers.threads(), count("task"), openNames(files), mappedNames(), Leftovers.directBytes());
    }

    private static int count(String folder) {
        int count = 0;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(SELF.resolve(folder))) {
            for (Path each : all) {
                count += each.getNameCount() > 0 ? 1 : 0;
            }
        } catch (IOException e) {
            throw new AssertionError("list " + folder, e);
        }
        return count;
    }

    private static Map<String, Integer> openNames(Path files) {
        Map<String, Integer> names = new TreeMap<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(SELF.resolve("fd"))) {
            for (Path each : all) {
                Path to = target(each);
                if (to != null && !to.startsWith("/proc") && !to.startsWith(files.toRealPath())) {
                    names.merge(to.toString().replaceAll("\\[\\d+]", "[]"), 1, Integer::sum);
                }
            }
        } catch (IOException e) {
            throw new AssertionError("list descriptors", e);
        }
        return names;
    }

    private static Path target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor);
        } catch (IOException e) {
            // It has been closed meanwhile.
            return null;
        }
    }

    private static Map<String, Integer> mappedNames() {
        Map<String, Integer> names = new TreeMap<>();
        try {
            for (String line : Files.readAllLines(SELF.resolve("maps"))) {
                String[] columns = line.split(" +", COLUMNS_BEFORE_THE_NAME + 1);
                String name = columns.length > COLUMNS_BEFORE_THE_NAME ? columns[COLUMNS_BEFORE_THE_NAME] : "";
                if (!name.isEmpty() && !name.startsWith(System.getProperty("java.home"))) {
                    names.merge(name, 1, Integer::sum);
                }
            }
        } catch (IOException e) {
            throw new AssertionError("read maps", e);
        }
        return names;
    }

    /** A pool has more or fewer threads, with numbers; another pool would have the same numbers. */
    private static List<String> withoutPool(List<String> threads) {
        return threads.stream().filter(name -> !name.startsWith(POOL)).toList();
    }

    @Override
    public String toString() {
        return "threads=" + threads + " tasks=" + tasks + " descriptors=" + sum(descriptors) + " mappings="
                + sum(mappings) + " direct.bytes=" + directBytes;
    }

    private static int sum(Map<String, Integer> counts) {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Asserts that nothing has grown since, apart from what the JVM does by itself. */
    void assertNotLargerThan(Footprint before) {
        assertEquals(withoutPool(before.threads), withoutPool(threads), "threads");
        assertEquals(Set.copyOf(threads).size(), threads.size(), () -> "threads of several pools: " + this);
        assertTrue(tasks <= before.tasks + TASKS_OF_THE_JVM, () -> "threads of the kernel grew: " + this);
        descriptors.forEach((name, count) -> assertTrue(
                count <= before.descriptors.getOrDefault(name, 0), () -> "descriptors grew: " + name + " " + count));
        assertEquals(before.mappings, mappings, "mapped memory");
        assertTrue(directBytes <= before.directBytes, () -> "direct memory grew: " + this);
    }
}
