package dev.penstock.aio.provider.posix;

import static java.nio.file.StandardOpenOption.READ;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AioException;
import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.CompletionSink;
import dev.penstock.aio.spi.Lane;
import dev.penstock.aio.spi.TransferKind;
import dev.penstock.aio.tck.Bounded;
import dev.penstock.aio.tck.system.TestSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A lane as the engine drives it, with a sink that may misbehave. */
@Timeout(60)
class PosixLaneTest {
    private static final long NONE = -1;

    @TempDir
    Path folder;

    private final PosixBackend backend = new PosixBackend(PosixSettings.byDefault(), "test");
    private final Map<Long, Long> told = new TreeMap<>();
    private long throwsAt = NONE;
    private Lane lane;
    private PosixFile file;

    private final class Sink implements CompletionSink {
        @Override
        public void completed(long token, long result) {
            if (token == throwsAt) {
                throw new IllegalStateException("thrown by the test");
            }
            assertThat(told.put(token, result)).as("told twice").isNull();
        }

        @Override
        public void failed(long token, int errno, String text) {
            throw new AssertionError("it knows every errno");
        }

        @Override
        public void repeat(long token) {
            throw new AssertionError("nothing is handed back");
        }
    }

    @BeforeEach
    void open() throws IOException {
        Path path = Files.writeString(folder.resolve("f"), "0123456789");
        file = (PosixFile) backend.open(new TestSpec(path, READ));
        lane = backend.lane(0, new Sink());
    }

    @AfterEach
    void close() throws AioException {
        file.close();
        backend.close();
    }

    private void stageSizes(int count) {
        for (int token = 0; token < count; token++) {
            lane.stage(token, new TestTransfer(TransferKind.SIZE, file, 0, 0, null));
        }
    }

    @Test
    void aSinkThatThrowsLosesNobodyElsesCompletion() {
        throwsAt = 1;
        stageSizes(4);
        lane.flush();

        Bounded.await("one throws", () -> {
            try {
                lane.collect();
                return false;
            } catch (IllegalStateException thrown) {
                return true;
            }
        });
        throwsAt = NONE;
        Bounded.await("the others are told", () -> {
            lane.collect();
            return told.size() == 3;
        });

        assertThat(told).containsOnlyKeys(0L, 2L, 3L).containsValues(10L, 10L, 10L);
    }

    @Test
    void whatIsStagedIsTakenBackAndToldBeforeCancelReturns() {
        stageSizes(2);

        assertThat(lane.cancel(0)).isTrue();

        assertThat(told).containsExactly(Map.entry(0L, (long) -Errno.ECANCELED.number()));
        assertThat(lane.cancel(0)).isFalse();
        lane.flush();
        Bounded.await("the other is told", () -> {
            lane.collect();
            return told.containsKey(1L);
        });
    }

    /** A sleep of its own would take a millisecond. */
    @Test
    void aWakeEndsABlockThatHasNothingToWaitFor() {
        int rounds = 5_000;
        long sinceNs = System.nanoTime();

        for (int i = 0; i < rounds; i++) {
            lane.wake();
            lane.block(Bounded.LIMIT.toNanos());
        }

        assertThat(System.nanoTime() - sinceNs).isLessThan(rounds * 500_000L);
    }

    @Test
    void aBackendHasLanesThatAreCollectedAndFlushedWhenIdle() {
        assertThat(backend.lanes()).isEqualTo(8);
        assertThat(backend.lane(0, new Sink())).isSameAs(lane);
        assertThat(lane.pushes()).isFalse();
        assertThat(lane.flushesWhenIdle()).isTrue();
        assertThat(lane.flushThreshold()).isEqualTo(8);
        assertThat(lane.window()).isEqualTo(PosixSettings.WINDOW);
        assertThat(lane.collect()).isZero();
    }
}
