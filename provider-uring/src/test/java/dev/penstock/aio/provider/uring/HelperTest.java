package dev.penstock.aio.provider.uring;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.DSYNC;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.SYNC;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.Errno;
import dev.penstock.aio.FileOption;
import dev.penstock.aio.spi.TransferKind;
import dev.penstock.aio.tck.Bounded;
import dev.penstock.aio.tck.system.TestSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Writes into the page cache, which whoever waits for them carries out. */
class HelperTest extends LaneTest {
    /** Some more than what makes two calls of the keeper two visits. */
    private static final long VISIT_NS = 30_000;

    private TestTransfer write(UringFile file, long offset, int bytes) {
        return TestTransfer.of(TransferKind.WRITE, file, offset, bytes, slab);
    }

    private void fillSlab(String text) {
        slab.memory().put(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void helpersAreForWritesIntoThePageCache() throws Exception {
        UringFile file = file();
        assertThat(lane().isForHelpers(write(file, 0, 10))).isTrue();
        assertThat(lane().isForHelpers(read(file))).isFalse();
        for (OpenOption waiting : List.of(DSYNC, SYNC, FileOption.DIRECT)) {
            UringFile other = (UringFile) backend().open(new TestSpec(folder.resolve("f"), WRITE, waiting));
            assertThat(lane().isForHelpers(write(other, 0, 10)))
                    .as("%s", waiting)
                    .isFalse();
            other.close();
        }
        assertThat(lane().isForHelpers(TestTransfer.of(TransferKind.SYNC, file, 0, 0, null)))
                .isFalse();

        lane().stage(0, read(file));

        assertThat(lane().help(0)).isFalse();
        assertThat(told).isEmpty();
        lane().flush();
        collectUntil(1);
    }

    @Test
    void aHelpCarriesTheWriteOutAndTellsOfItBeforeItReturns() throws Exception {
        fillSlab("abc");
        UringFile file = file();
        lane().stage(3, write(file, 4, 3));
        assertThat(lane().flushesWhenIdle()).isFalse();
        lane().flush();

        assertThat(lane().help(3)).isTrue();

        assertThat(told).containsExactly(Map.entry(3L, 3L));
        assertThat(folder.resolve("f")).hasContent("0123abc789");
        assertThat(lane().help(3)).isFalse();
        assertThat(lane().collect()).isZero();
        assertThat(lane().flushByKeeper()).isTrue();
    }

    @Test
    void aHelpAppends() throws Exception {
        fillSlab("abc");
        file();
        UringFile append = (UringFile) backend().open(new TestSpec(folder.resolve("f"), APPEND));
        lane().stage(0, write(append, -1, 3).forKeeper());

        assertThat(lane().help(0)).isTrue();
        append.close();

        assertThat(told).containsExactly(Map.entry(0L, 3L));
        assertThat(folder.resolve("f")).hasContent(CONTENT + "abc");
    }

    @Test
    void anErrnoIsTold() throws Exception {
        Path path = Files.writeString(folder.resolve("r"), CONTENT);
        UringFile readOnly = (UringFile) backend().open(new TestSpec(path, READ));
        lane().stage(0, write(readOnly, 0, 3));
        lane().stage(1, write(readOnly, 0, 3).forKeeper());
        lane().stage(2, write(file(), -1, 3));
        for (int token = 0; token < 3; token++) {
            assertThat(lane().help(token)).isTrue();
        }
        readOnly.close();

        long badDescriptor = -Errno.EBADF.number();
        assertThat(told).containsExactlyInAnyOrderEntriesOf(Map.of(0L, badDescriptor, 1L, badDescriptor, 2L, (long)
                -Errno.EINVAL.number()));
        assertThat(path).hasContent(CONTENT);
    }

    @Test
    void aTransferThatCannotBePreparedIsEIO() throws Exception {
        lane().stage(0, TestTransfer.of(TransferKind.WRITE, file(), 0, 1, null));

        assertThat(lane().help(0)).isTrue();

        assertThat(told).containsExactly(Map.entry(0L, (long) -Errno.EIO.number()));
    }

    @Test
    void whatThereIsNoRoomForIsWrittenLater() throws Exception {
        fillSlab("abc");
        lane().stage(0, write(file(), 0, 3).refusing(3));

        assertThat(lane().help(0)).isTrue();
        assertThat(told).isEmpty();
        collectUntil(1);

        assertThat(told).containsExactly(Map.entry(0L, 3L));
        assertThat(folder.resolve("f")).hasContent("abc3456789");
    }

    @Test
    void whatIsForHelpersIsTakenBack() throws Exception {
        lane().stage(0, write(file(), 0, 3));
        lane().stage(1, write(file(), 0, 3).forKeeper());

        assertThat(lane().cancel(0)).isTrue();
        assertThat(lane().cancel(1)).isTrue();
        assertThat(lane().help(0)).isFalse();
        assertThat(lane().help(1)).isFalse();

        long canceled = -Errno.ECANCELED.number();
        assertThat(told).containsExactlyInAnyOrderEntriesOf(Map.of(0L, canceled, 1L, canceled));
        assertThat(lane().flushByKeeper()).isTrue();
    }

    /** The keeper comes by, some time after he did last. */
    private boolean visit() {
        for (long sinceNs = System.nanoTime(); System.nanoTime() - sinceNs < VISIT_NS; ) {
            Thread.onSpinWait();
        }
        return lane().flushByKeeper();
    }

    /** Whoever stages might wait next, so only the keeper's second visit starts it; after that nobody is expected. */
    @Test
    void whatNobodyComesForTheKeeperStartsAtHisSecondVisitAndFromThenOnEveryFlush() throws Exception {
        UringFile file = file();
        lane().stage(0, write(file, 0, 3));
        lane().flush();
        assertThat(lane().flushThreshold()).isEqualTo(lane().window());
        assertThat(visit()).isFalse();
        assertThat(lane().help(7)).isFalse();

        assertThat(visit()).isTrue();
        collectUntil(1);

        assertThat(lane().flushThreshold()).isEqualTo(8);
        assertThat(lane().flushesWhenIdle()).isTrue();
        lane().stage(1, write(file, 0, 3));
        lane().flush();
        collectUntil(2);
        assertThat(told).containsExactlyInAnyOrderEntriesOf(Map.of(0L, 3L, 1L, 3L));
    }

    @Test
    void callsInARowAreOneVisit() throws Exception {
        UringFile file = file();
        boolean quick = false;
        for (int token = 0; token < 60 && !quick; token++) {
            lane().stage(token, write(file, 0, 3));
            visit();
            long sinceNs = System.nanoTime();
            boolean startedAll = lane().flushByKeeper();
            // From the start of the visit on it took a little longer.
            quick = System.nanoTime() - sinceNs < VISIT_NS / 3;
            if (quick) {
                assertThat(startedAll).isFalse();
            }
            visit();
            collectUntil(token + 1);
            Bounded.await("somebody is expected again", () -> visit() && !lane().flushesWhenIdle());
        }
        assertThat(quick).as("two calls in a row were quick").isTrue();
    }

    @Test
    void somebodyIsExpectedAgainAfterAWhileOrWhenSomebodyComes() throws Exception {
        UringFile file = file();
        expectNobody(file, 0);
        for (int i = 0; i < 63; i++) {
            visit();
            assertThat(lane().flushesWhenIdle()).isTrue();
        }
        visit();
        assertThat(lane().flushesWhenIdle()).isFalse();

        expectNobody(file, 1);
        for (int token = 2; lane().flushesWhenIdle() && token < 60; token++) {
            // Not every one is quick on a busy machine.
            lane().stage(token, write(file, 0, 3));
            assertThat(lane().help(token)).isTrue();
            visit();
        }
        assertThat(lane().flushesWhenIdle()).isFalse();
    }

    private void expectNobody(UringFile file, int token) {
        lane().stage(token, write(file, 0, 3));
        visit();
        visit();
        assertThat(lane().flushesWhenIdle()).isTrue();
        collectUntil(token + 1);
    }
}
