package dev.penstock.aio.benchmarks.compare;

import dev.penstock.aio.benchmarks.loop.Work;
import dev.penstock.aio.benchmarks.loop.Work.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** All work that there is. */
final class Works {
    private static final int RANDOM_BYTES = 4 << 10;
    private static final int SEQUENTIAL_BYTES = 1 << 20;
    private static final int SEQUENTIAL_DEPTH = 4;
    private static final List<Work> ALL = all();

    private Works() {}

    private static List<Work> all() {
        List<Work> works = new ArrayList<>();
        addRandom(works, "read-4k", Kind.RANDOM_READ);
        addSequential(works, "read-1m", Kind.SEQUENTIAL_READ);
        addRandom(works, "write-4k", Kind.RANDOM_WRITE);
        addSequential(works, "write-1m", Kind.SEQUENTIAL_WRITE);
        works.add(new Work("write-sync-4k", Kind.SYNCED_WRITE, RANDOM_BYTES, 1, false));
        for (int entries : new int[] {10_000, 20_000, 40_000}) {
            works.add(new Work("list-1b-" + entries, Kind.LIST, 1, entries, false));
        }
        return List.copyOf(works);
    }

    private static void addRandom(List<Work> works, String name, Kind kind) {
        for (boolean direct : new boolean[] {false, true}) {
            for (int depth : new int[] {1, 32, 256}) {
                String full = name + (direct ? "-direct-d" : "-cached-d") + depth;
                works.add(new Work(full, kind, RANDOM_BYTES, depth, direct));
            }
        }
    }

    private static void addSequential(List<Work> works, String name, Kind kind) {
        for (boolean direct : new boolean[] {false, true}) {
            String full = name + (direct ? "-direct-d" : "-cached-d") + SEQUENTIAL_DEPTH;
            works.add(new Work(full, kind, SEQUENTIAL_BYTES, SEQUENTIAL_DEPTH, direct));
        }
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
     * Returns those whose names, or beginnings of names, are given; all if none is.
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
                .filter(work -> each.stream().anyMatch(work.name()::startsWith))
                .toList();
    }
}
