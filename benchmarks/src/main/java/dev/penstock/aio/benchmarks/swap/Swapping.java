package dev.penstock.aio.benchmarks.swap;

import dev.penstock.aio.benchmarks.loop.Loop;
import dev.penstock.aio.benchmarks.loop.Loops;
import dev.penstock.aio.benchmarks.loop.PatternFile;
import dev.penstock.aio.benchmarks.loop.Work;
import dev.penstock.aio.engine.Instance;
import dev.penstock.aio.spi.AioProvider;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** A loop of requests on a file that moves between two providers, and the longest time between two completions. */
final class Swapping implements AutoCloseable {
    private static final int HIGH = 10;
    private static final int LOW = -10;
    /** So often a look is taken whether the file has arrived. */
    private static final int STEPS_PER_LOOK = 8;
    /** After the arrival too, for the last pause may be seen by what comes then. */
    private static final int STEPS_AFTERWARDS = 256;

    private static final int DIGITS = 3;
    private static final int WARM_UP_STEPS = 200_000;
    private static final int WARM_UP_SWAPS = 20;

    /** Where files move. */
    record Way(String from, String to) {}

    private final AioProvider first;
    private final AioProvider second;
    private final Instance instance;
    private final Loop loop;
    private boolean isAtSecond;

    Swapping(String first, String second, PatternFile file, Work work) throws Exception {
        this.first = Loops.provider(first);
        this.second = Loops.provider(second);
        this.instance = new Instance(Map.of("name", "swap-pause", "swap.settle.ms", 0));
        instance.add(this.first, 0);
        instance.add(this.second, LOW);
        this.loop = Loops.of(instance.user("benchmark"), file.path(), work, file.bytes());
        loop.fill();
    }

    void warmUp() throws Exception {
        for (int i = 0; i < WARM_UP_STEPS; i++) {
            loop.step();
        }
        for (int i = 0; i < WARM_UP_SWAPS; i++) {
            swap();
        }
    }

    /** Moves the file so often there and back; each time, the longest pause of a time as long without a move follows. */
    Map<Way, Histogram> measure(int times) throws Exception {
        Map<Way, Histogram> pauses = new LinkedHashMap<>();
        for (int i = 0; i < 2 * times; i++) {
            String from = name(isAtSecond);
            long sinceNs = System.nanoTime();
            long pauseNs = swap();
            long tookNs = System.nanoTime() - sinceNs;
            add(pauses, new Way(from, name(isAtSecond)), pauseNs);
            add(pauses, new Way(name(isAtSecond), "no move"), stay(tookNs));
        }
        return pauses;
    }

    private String name(boolean ofSecond) {
        return (ofSecond ? second : first).name();
    }

    private static void add(Map<Way, Histogram> pauses, Way way, long ns) {
        pauses.computeIfAbsent(way, any -> new Histogram(DIGITS)).recordValue(ns);
    }

    /** Moves the file to the other provider; returns the longest time between two completions. */
    private long swap() throws Exception {
        isAtSecond = !isAtSecond;
        String to = name(isAtSecond);
        instance.rank(second, isAtSecond ? HIGH : LOW);
        long last = System.nanoTime();
        long longest = 0;
        int afterwards = 0;
        for (int steps = 0; afterwards < STEPS_AFTERWARDS; steps++) {
            loop.step();
            long now = System.nanoTime();
            longest = Math.max(longest, now - last);
            last = now;
            if (afterwards > 0
                    || (steps % STEPS_PER_LOOK == 0
                            && instance.files().get(0).provider().equals(to))) {
                afterwards++;
            }
        }
        return longest;
    }

    private long stay(long forNs) throws Exception {
        long last = System.nanoTime();
        long end = last + forNs;
        long longest = 0;
        while (last < end) {
            loop.step();
            long now = System.nanoTime();
            longest = Math.max(longest, now - last);
            last = now;
        }
        return longest;
    }

    @Override
    public void close() throws IOException {
        loop.close();
        instance.stop();
    }
}
