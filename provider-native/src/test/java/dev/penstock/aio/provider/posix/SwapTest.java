package dev.penstock.aio.provider.posix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.engine.Instance;
import dev.penstock.aio.provider.nio.NioProvider;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.tck.FaultingProvider;
import dev.penstock.aio.tck.SwapWorkload;
import dev.penstock.aio.tck.SyncWitness;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files that are at work move between nio and this provider, again and again, and nothing goes wrong. */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class SwapTest {
    private static final Duration TIME = Duration.ofSeconds(Long.getLong("penstock.swap.seconds", 10));
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(20);

    @TempDir
    Path folder;

    /** Changes one thing among two providers at a time. */
    private static final class Swapper implements SwapWorkload.Meanwhile {
        private final Instance instance;
        private final SwapWorkload workload;
        private final Random random;
        private final AioProvider[] providers;
        private final boolean[] isThere = {true, true};
        private int swaps;

        Swapper(Instance instance, SwapWorkload workload, long seed, AioProvider... providers) {
            this.instance = instance;
            this.workload = workload;
            this.random = new Random(seed);
            this.providers = providers;
        }

        @Override
        public void step() {
            LockSupport.parkNanos(PAUSE_NS);
            swaps++;
            int which = random.nextInt(providers.length);
            if (!isThere[which]) {
                instance.add(providers[which], random.nextInt(100));
                isThere[which] = true;
            } else if (random.nextBoolean()) {
                instance.rank(providers[which], random.nextInt(100));
            } else {
                instance.remove(providers[which]);
                isThere[which] = false;
            }
        }

        @Override
        public boolean isEnough() {
            // Records that were appended are counted at the end.
            return moved() > 100
                    && workload.counts().entrySet().stream()
                            .allMatch(each -> each.getValue() > 0 || each.getKey() == SwapWorkload.What.APPEND);
        }

        long moved() {
            return instance.stats().get("files moved to another provider");
        }

        @Override
        public void end() {
            if (!isThere[0] && !isThere[1]) {
                instance.add(providers[0], 0);
            }
        }
    }

    @Test
    void noRequestIsLostFailedOrDoneTwiceWhileFilesMoveBetweenThem() throws Exception {
        long seed = Long.getLong("penstock.swap.seed", System.nanoTime());
        System.out.println("swap, seed " + seed);
        FaultingProvider nio = new FaultingProvider(new NioProvider());
        FaultingProvider posix = new FaultingProvider(new PosixProvider());
        SyncWitness witness = new SyncWitness();
        nio.faults().observe(witness);
        posix.faults().observe(witness);
        Instance instance = new Instance(Map.of("name", "swap", "swap.settle.ms", 0));
        try {
            instance.add(nio, 0);
            instance.add(posix, 10);
            SwapWorkload workload = new SwapWorkload(instance.user("the test"), folder, seed, witness);
            Swapper swapper = new Swapper(instance, workload, seed, nio, posix);

            workload.run(TIME, swapper);

            System.out.println("swap: " + workload.report() + ", " + swapper.swaps + " swaps, " + instance.stats());
            assertThat(swapper.moved()).isGreaterThan(100);
            assertThat(workload.counts())
                    .allSatisfy(
                            (what, count) -> assertThat(count).as("%s", what).isPositive());
        } finally {
            instance.stop();
        }
    }
}
