package dev.penstock.aio.benchmarks.compare;

import dev.penstock.aio.benchmarks.loop.Work;
import dev.penstock.aio.benchmarks.loop.Work.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** All work that there is. */
final class Works {
    private static final int RANDOM_BYTES = 4 << 10;
    private static final int DEPTH = 32;
    private static final int SEQUENTIAL_DEPTH = 4;
    private static final List<Work> ALL = all();
    private static final List<String> QUICK = List.of("read-4k-cached-d1", "read-4k-cached-d32", "read-4k-direct-d32");

    private Works() {}

    private static List<Work> all() {
        List<Work> works = new ArrayList<>();
        addRandom(works, "read-4k", Kind.RANDOM_READ, 1, 32, 256);
        for (int threads : new int[] {2, 4, 8}) {
            works.add(
                    new Work("read-4k-cached-d32-t" + threads, Kind.RANDOM_READ, RANDOM_BYTES, DEPTH, false, threads));
        }
        for (int depth : new int[] {1_000, 10_000, 100_000}) {
            works.add(new Work("read-4k-cached-d" + depth, Kind.RANDOM_READ, RANDOM_BYTES, depth, false));
        }
        addRandom(works, "write-4k", Kind.RANDOM_WRITE, 1, 32);
        works.add(new Work("mixed-4k-cached-d32", Kind.MIXED, RANDOM_BYTES, DEPTH, false));
        works.add(new Work("write-sync-4k", Kind.SYNCED_WRITE, RANDOM_BYTES, 1, false));
        for (int kib : new int[] {64, 1_024}) {
            String size = kib < 1_024 ? kib + "k" : kib / 1_024 + "m";
            addSequential(works, "read-" + size, Kind.SEQUENTIAL_READ, kib << 10);
            addSequential(works, "write-" + size, Kind.SEQUENTIAL_WRITE, kib << 10);
        }
        for (int entries : new int[] {10_000, 20_000, 40_000}) {
            works.add(new Work("list-1b-" + entries, Kind.LIST, 1, entries, false));
        }
        return List.copyOf(works);
    }

    private static void addRandom(List<Work> works, String name, Kind kind, int... depths) {
        for (boolean direct : new boolean[] {false, true}) {
            for (int depth : depths) {
                String full = name + (direct ? "-direct-d" : "-cached-d") + depth;
                works.add(new Work(full, kind, RANDOM_BYTES, depth, direct));
            }
        }
    }

    private static void addSequential(List<Work> works, String name, Kind kind, int blockBytes) {
        for (boolean direct : new boolean[] {false, true}) {
            String full = name + (direct ? "-direct-d" : "-cached-d") + SEQUENTIAL_DEPTH;
            works.add(new Work(full, kind, blockBytes, SEQUENTIAL_DEPTH, direct));
        }
    }

    /** {@return what gives an impression in a short time} */
    static List<Work> quick() {
        return QUICK.stream().map(Works::named).toList();
    }

    static Work named(String name) {
        return ALL.stream()
                .filter(work -> work.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("work=" + name + " is unknown"));
    }

    static List<String> names() {
        return ALL.stream().map(Work::name).toList();
    }

    /**
     * Returns those whose names, or beginnings of names, are given; all if none is. A whole name is no beginning.
     *
     * @throws IllegalArgumentException if there is none for one of them
     */
    static List<Work> startingWith(List<String> beginnings) {
        for (String beginning : beginnings) {
            if (startingWith(Stream.of(beginning)).isEmpty()) {
                throw new IllegalArgumentException("there is no work that starts with '" + beginning + "'; there are "
                        + String.join(", ", names()));
            }
        }
        return beginnings.isEmpty() ? ALL : startingWith(beginnings.stream());
    }

    private static List<Work> startingWith(Stream<String> beginnings) {
        List<String> each = beginnings.toList();
        return ALL.stream()
                .filter(work -> each.stream().anyMatch(beginning -> isMeant(work.name(), beginning)))
                .toList();
    }

    private static boolean isMeant(String name, String beginning) {
        return names().contains(beginning) ? name.equals(beginning) : name.startsWith(beginning);
    }
}
