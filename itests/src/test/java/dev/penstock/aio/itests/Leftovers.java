package dev.penstock.aio.itests;

import dev.penstock.aio.tck.Bounded;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** What this process has that somebody may have left behind since this was made. */
final class Leftovers {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final String OURS = "penstock-";
    private static final String OF_TESTS = "penstock-tck";

    /** Tests of other frameworks in this process may have threads that they left in the midst of something. */
    private final Set<Thread> before = Thread.getAllStackTraces().keySet();

    Leftovers() {}

    /** Returns the names of the living threads of ours, sorted. */
    List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.isAlive() && !before.contains(thread))
                .map(Thread::getName)
                .filter(name -> name.startsWith(OURS) && !name.startsWith(OF_TESTS))
                .sorted()
                .toList();
    }

    /** Waits until no thread of ours is left. */
    void awaitNoThreads() {
        Bounded.await("the end of " + threads(), () -> threads().isEmpty());
    }

    /** Returns how many descriptors lead to somewhere below a folder. */
    static int descriptors(Path below) {
        try {
            Path real = below.toRealPath();
            int count = 0;
            try (DirectoryStream<Path> all = Files.newDirectoryStream(DESCRIPTORS)) {
                for (Path descriptor : all) {
                    count += leadsBelow(descriptor, real) ? 1 : 0;
                }
            }
            return count;
        } catch (IOException e) {
            throw new AssertionError("list " + DESCRIPTORS, e);
        }
    }

    private static boolean leadsBelow(Path descriptor, Path folder) {
        try {
            return Files.readSymbolicLink(descriptor).startsWith(folder);
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    /** Returns how many bytes of direct memory are in use. */
    static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }
}
