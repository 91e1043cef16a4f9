package dev.penstock.aio.benchmarks.loop;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Finds out by a short trial with how many threads a pool does a work fastest. */
final class PoolTrial {
    private static final int[] SIZES = {2, 4, 8, 16, 32};
    private static final int ROUNDS = 3;
    /** Tests that want any size set less. */
    private static final long TURN_NS = TimeUnit.MILLISECONDS.toNanos(Integer.getInteger("penstock.trial.ms", 100));
    /** Before the first turn, so that it is not the compiler that is compared. */
    private static final long WARM_UP_NS = 3 * TURN_NS;

    private final Work work;
    private final Opener opener;

    /** Opens the file of the work. */
    interface Opener {
        Client open(int poolSize) throws Exception;
    }

    PoolTrial(Work work, Opener opener) {
        this.work = work;
        this.opener = opener;
    }

    /** {@return the size that was fastest, all rounds together} */
    int best() throws Exception {
        rate(SIZES[SIZES.length / 2], WARM_UP_NS);
        Map<Integer, Double> rates = new LinkedHashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            for (int size : SIZES) {
                rates.merge(size, rate(size, TURN_NS), Double::sum);
            }
        }
        return rates.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow()
                .getKey();
    }

    private double rate(int size, long nanos) throws Exception {
        try (Client client = opener.open(size);
                Crew crew = new Crew(client, work.threads())) {
            Crew.Turn turn = crew.run(nanos);
            return (double) turn.requests() / turn.nanos();
        }
    }
}
