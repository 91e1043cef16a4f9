package dev.penstock.aio.provider.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.spi.BackendFile;
import dev.penstock.aio.spi.CompletionSink;
import dev.penstock.aio.spi.Slab;
import dev.penstock.aio.spi.Transfer;
import dev.penstock.aio.spi.TransferKind;
import dev.penstock.aio.tck.Bounded;
import dev.penstock.aio.tck.system.TestSpec;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Who starts what, and for how long. */
class StartsTest extends LaneTest {
    private static final int MANY = 10_000;

    /** While it is made ready another one is staged, as by other threads that never rest. */
    private record Breeding(TestTransfer one, Runnable stageNext) implements Transfer {
        @Override
        public TransferKind kind() {
            return one.kind();
        }

        @Override
        public BackendFile file() {
            return one.file();
        }

        @Override
        public long offset() {
            return one.offset();
        }

        @Override
        public long length() {
            return one.length();
        }

        @Override
        public int buffers() {
            return one.buffers();
        }

        @Override
        public ByteBuffer buffer(int index) {
            return one.buffer(index);
        }

        @Override
        public Slab slab() {
            return one.slab();
        }

        @Override
        public int slabOffset() {
            return one.slabOffset();
        }

        @Override
        public int pin() {
            stageNext.run();
            return one.pin();
        }

        @Override
        public boolean needsKeeper() {
            return one.needsKeeper();
        }
    }

    private final AtomicInteger staged = new AtomicInteger();

    private void stageNext(UringFile file) {
        int number = staged.getAndIncrement();
        if (number < MANY) {
            lane().stage((long) number << 32 | number % 2, new Breeding(read(file), () -> {
                lane().collect();
                stageNext(file);
            }));
        }
    }

    @Test
    void aFlushEndsThoughOthersKeepStagingAndTheRestIsStartedByWhoComesNext() throws Exception {
        stageNext(file());

        lane().flush();

        assertThat(staged).hasValueLessThan(MANY / 10);
        Bounded.await("all to be told of", () -> {
            lane().collect();
            return told.size() == MANY;
        });
        assertThat(told.values()).containsOnly(10L);
    }

    @Test
    void aCallThatHangsKeepsNothingFromBeingStarted() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        AtomicLong result = new AtomicLong(-1);
        Calls calls = new Calls("test", "calls");
        Calls starts = new Calls("test", "starts");
        Ring ring = Ring.open(64, 128);
        UringLane lane = lane(ring, calls, starts, result);
        Path path = Files.writeString(folder.resolve("f"), CONTENT);
        UringFile file = new UringOpening(new TestSpec(path, StandardOpenOption.READ)).open();
        try {
            calls.run(() -> Bounded.await(hangs));
            lane.stage(0, read(file).forKeeper().refusing(1));
            lane.flushByKeeper();

            Bounded.await("it to be told of", () -> {
                lane.collect();
                return result.get() == 10;
            });
        } finally {
            hangs.countDown();
            calls.close();
            starts.close();
            lane.close();
            file.close();
            ring.close();
        }
    }

    @Test
    void whatIsTriedAgainForTheKeeperIsStartedByTheThreadForThat() throws Exception {
        Queue<String> names = new ConcurrentLinkedQueue<>();
        TestTransfer refusedOnce = read(file()).forKeeper().refusing(1);
        lane().stage(
                        0,
                        new Breeding(
                                refusedOnce,
                                () -> names.add(Thread.currentThread().getName())));
        lane().flushByKeeper();

        collectUntil(1);

        assertThat(names).hasSize(2).element(1).asString().endsWith("-test-starts");
    }

    private UringLane lane(Ring ring, Calls calls, Calls starts, AtomicLong result) {
        Slabs slabs = new Slabs(new FixedBuffers(List.of(ring), false));
        return new UringLane(ring, 64, slabs, calls, starts, broken::add, new CompletionSink() {
            @Override
            public void completed(long token, long told) {
                result.set(told);
            }

            @Override
            public void failed(long token, int errno, String text) {
                throw new AssertionError(text);
            }

            @Override
            public void repeat(long token) {
                throw new AssertionError("token=" + token);
            }
        });
    }

    @Test
    void whoComesToStartAfterTheEndGoesAtOnce() throws Exception {
        Calls calls = new Calls("test", "calls");
        try (Ring ring = Ring.open(64, 128)) {
            UringLane lane = lane(ring, calls, calls, new AtomicLong());
            lane.close();

            Thread late = new Thread(lane::flushByKeeper, "test-late");
            late.setDaemon(true);
            late.start();

            Bounded.join(late);
        } finally {
            calls.close();
        }
    }
}
