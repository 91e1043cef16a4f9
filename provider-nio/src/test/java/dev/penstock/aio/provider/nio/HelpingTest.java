package dev.penstock.aio.provider.nio;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.DSYNC;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.SYNC;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AioException;
import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.BackendFile;
import dev.penstock.aio.spi.TransferKind;
import dev.penstock.aio.tck.system.Descriptors;
import dev.penstock.aio.tck.system.Needs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Linux only: elsewhere the descriptor is not found, and nobody helps. */
@Timeout(120)
class HelpingTest {
    private static final int WISHES = 100;
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(20);

    @TempDir
    Path folder;

    private Path path;
    private Rig rig;

    @BeforeEach
    void start() throws IOException {
        Needs.that(Files.isDirectory(Path.of("/proc/self/fdinfo")), "it needs /proc/self/fdinfo");
        path = Files.writeString(folder.resolve("f"), "0123456789");
        rig = Rig.ofHelpers();
    }

    @AfterEach
    void stop() throws AioException {
        if (rig != null) {
            rig.close();
        }
    }

    private NioFile helped(OpenOption... options) throws AioException {
        NioFile file = rig.open(path, options);
        assertThat(rig.untilHelped(file)).isTrue();
        return file;
    }

    private boolean isEverHelped(NioFile file, TransferKind kind) {
        for (int i = 0; i < WISHES; i++) {
            TestTransfer transfer = kind == TransferKind.READ || kind == TransferKind.WRITE
                    ? new TestTransfer(kind, file, 0, ByteBuffer.allocateDirect(1))
                    : new TestTransfer(kind, file, 5);
            Outcome outcome = rig.runByHelp(transfer);
            assertThat(outcome.errno()).isEqualTo(Errno.SUCCESS);
            if (outcome.by() == Thread.currentThread()) {
                return true;
            }
        }
        return false;
    }

    /** Helps until the lane has seen that this is quick. */
    private void helpQuickly(NioFile file) {
        long untilNs = System.nanoTime() + LIMIT_NS;
        while (rig.lane.flushThreshold() < rig.lane.window()) {
            assertThat(System.nanoTime()).isLessThan(untilNs);
            rig.runByHelp(TestTransfer.read(file, 0, ByteBuffer.allocateDirect(1)));
        }
    }

    /** Stages a transfer while waiters help, and lets the keeper come by, who leaves it to them. */
    private long stageWhileOthersHelp() throws AioException {
        NioFile file = helped(READ, WRITE);
        helpQuickly(file);
        rig.lane.flushByKeeper();
        long untilNs = System.nanoTime() + LIMIT_NS;
        for (; ; ) {
            rig.runByHelp(TestTransfer.read(file, 0, ByteBuffer.allocateDirect(1)));
            long token = rig.stage(TestTransfer.read(file, 2, ByteBuffer.allocateDirect(3)));
            boolean allStarted = rig.lane.flushByKeeper();
            if (!allStarted) {
                return token;
            }
            // The help was not quick.
            rig.sink.await(token);
            assertThat(System.nanoTime()).isLessThan(untilNs);
        }
    }

    @Test
    void whileWaitersHelpNoWorkerIsCalledForWhatIsStagedButNotFlushed() throws AioException {
        long token = stageWhileOthersHelp();

        assertThat(rig.lane.help(token)).isTrue();
        assertThat(rig.sink.await(token).result()).isEqualTo(3);
    }

    @Test
    void fromTheKeepersVisitToTheNextHelpNoOtherFlushIsAskedFor() throws AioException {
        helpQuickly(helped(READ, WRITE));

        rig.lane.flushByKeeper();
        assertThat(rig.lane.flushThreshold()).isEqualTo(rig.lane.window());

        rig.lane.flushByKeeper();
        assertThat(rig.lane.flushThreshold()).isEqualTo(8);
    }

    @Test
    void whatNobodyHelpsWithIsStartedWhenTheKeeperComesByAgain() throws AioException {
        long token = stageWhileOthersHelp();

        boolean allStarted = rig.lane.flushByKeeper();

        assertThat(allStarted).isTrue();
        assertThat(rig.lane.flushThreshold()).isEqualTo(8);
        assertThat(rig.sink.await(token).result()).isEqualTo(3);
    }

    @Test
    void whoHelpsHimselfAloneDoesNotKeepTheRequestOfAnotherFromItsStart() throws AioException {
        NioFile file = helped(READ, WRITE);
        helpQuickly(file);
        long token = rig.stage(TestTransfer.read(file, 2, ByteBuffer.allocateDirect(3)));
        rig.lane.flushByKeeper();
        for (int i = 0; i < WISHES; i++) {
            rig.runByHelp(TestTransfer.read(file, 0, ByteBuffer.allocateDirect(1)));
        }

        rig.lane.flushByKeeper();

        assertThat(rig.sink.await(token).result()).isEqualTo(3);
    }

    @Test
    void aWaiterReadsAndWritesInItsOwnThread() throws IOException {
        NioFile file = helped(READ, WRITE);
        ByteBuffer into = ByteBuffer.allocateDirect(3);

        Outcome write = rig.runByHelp(TestTransfer.write(file, 1, Rig.bytes("ab"), Rig.bytes("c")));
        Outcome read = rig.runByHelp(TestTransfer.read(file, 2, into));

        assertThat(write.result()).isEqualTo(3);
        assertThat(write.by()).isEqualTo(Thread.currentThread());
        assertThat(read.result()).isEqualTo(3);
        assertThat(read.by()).isEqualTo(Thread.currentThread());
        assertThat(Rig.text(into)).isEqualTo("bc4");
        assertThat(path).hasContent("0abc456789");
    }

    @Test
    void theSecondChannelIsOfTheSameFileThoughItWasRenamedAndReplaced() throws IOException {
        NioFile file = rig.open(path, READ);
        Files.move(path, folder.resolve("elsewhere"));
        Files.writeString(path, "another file");
        assertThat(rig.untilHelped(file)).isTrue();
        ByteBuffer into = ByteBuffer.allocateDirect(10);

        assertThat(rig.runByHelp(TestTransfer.read(file, 0, into)).by()).isEqualTo(Thread.currentThread());

        assertThat(Rig.text(into)).isEqualTo("0123456789");
    }

    @Test
    void theSecondChannelIsOfTheSameFileThoughItWasRemoved() throws IOException {
        NioFile file = rig.open(path, READ);
        Files.delete(path);

        assertThat(rig.untilHelped(file)).isTrue();
    }

    @Test
    void nobodyHelpsBeforeItWasWishedOftenEnough() throws Exception {
        rig.close();
        rig = new Rig(Rig.settings(1, 16));
        NioFile file = rig.open(path, READ);

        for (int i = 0; i < 15; i++) {
            rig.runByHelp(TestTransfer.read(file, 0, ByteBuffer.allocateDirect(1)));
        }

        assertThat(descriptors()).isEqualTo(1);
        assertThat(rig.untilHelped(file)).isTrue();
        assertThat(descriptors()).isEqualTo(2);
    }

    @Test
    void nobodyHelpsWhereItIsConfiguredSo() throws Exception {
        rig.close();
        rig = Rig.ofThreads(1);

        assertThat(isEverHelped(rig.open(path, READ), TransferKind.READ)).isFalse();
    }

    @Test
    void readsOfAFileOpenToReadAndAppendAreHelpedAndAppendsAreNot() throws AioException {
        NioFile file = helped(READ, APPEND);

        assertThat(isEverHelped(file, TransferKind.WRITE)).isFalse();
    }

    @Test
    void appendsAndFilesWhoseWritesWaitForStorageAreNotHelped() throws AioException {
        assertThat(isEverHelped(rig.open(path, APPEND), TransferKind.WRITE)).isFalse();
        assertThat(isEverHelped(rig.open(path, READ, WRITE, DSYNC), TransferKind.WRITE))
                .isFalse();
        assertThat(isEverHelped(rig.open(path, READ, WRITE, SYNC), TransferKind.READ))
                .isFalse();
    }

    @Test
    void onlyReadsAndWritesAreHelped() throws AioException {
        NioFile file = helped(READ, WRITE);

        assertThat(isEverHelped(file, TransferKind.SYNC)).isFalse();
        assertThat(isEverHelped(file, TransferKind.DATA_SYNC)).isFalse();
        assertThat(isEverHelped(file, TransferKind.SIZE)).isFalse();
        assertThat(isEverHelped(file, TransferKind.TRUNCATE)).isFalse();
    }

    /** As a slot's transfer would look to a helper who sees the one before first, and then the one that he claims. */
    private static final class Succeeding extends TestTransfer {
        private final NioFile before;
        private boolean looked;

        Succeeding(NioFile before, NioFile file, ByteBuffer into) {
            super(TransferKind.READ, file, 0, into);
            this.before = before;
        }

        @Override
        public BackendFile file() {
            if (looked) {
                return super.file();
            }
            looked = true;
            return before;
        }
    }

    @Test
    void aHelperReadsFromTheFileOfTheTransferThatItClaimedNotOfTheOneThatItSaw() throws IOException {
        NioFile before = helped(READ);
        NioFile file = rig.open(Files.writeString(folder.resolve("g"), "abcdefghij"), READ);
        assertThat(rig.untilHelped(file)).isTrue();
        ByteBuffer into = ByteBuffer.allocateDirect(10);

        Outcome outcome = rig.runByHelp(new Succeeding(before, file, into));

        assertThat(outcome.result()).isEqualTo(10);
        assertThat(Rig.text(into)).isEqualTo("abcdefghij");
    }

    @Test
    void aHelperHandsBackWhatItClaimedAndCannotCarryOut() throws IOException {
        NioFile before = helped(READ);
        NioFile file = rig.open(Files.writeString(folder.resolve("g"), "abcdefghij"), READ);

        Outcome outcome = rig.runByHelp(new Succeeding(before, file, ByteBuffer.allocateDirect(10)));

        assertThat(outcome.repeated()).isTrue();
    }

    @Test
    void whatIsForTheKeeperIsNotHelped() throws AioException {
        NioFile file = helped(READ);
        long token = rig.stage(
                TestTransfer.read(file, 0, ByteBuffer.allocateDirect(1)).forTheKeeper());

        assertThat(rig.lane.help(token)).isFalse();

        rig.lane.flush();
        assertThat(rig.sink.await(token).result()).isEqualTo(1);
    }

    @Test
    void whatRunsOrEndedOrWasCanceledIsNotHelped() throws AioException {
        NioFile file = helped(READ);
        TestTransfer.Held running = new TestTransfer.Held(file);
        long runningToken = rig.stage(running);
        rig.lane.flush();
        running.awaitStart();
        long canceledToken = rig.stage(TestTransfer.read(file, 0, ByteBuffer.allocateDirect(1)));
        rig.lane.cancel(canceledToken);

        assertThat(rig.lane.help(runningToken)).isFalse();
        assertThat(rig.lane.help(canceledToken)).isFalse();

        running.letGo();
        rig.sink.await(runningToken);
        assertThat(rig.lane.help(runningToken)).isFalse();
    }

    @Test
    void anInterruptedThreadDoesNotHelpAndStaysInterrupted() throws AioException {
        NioFile file = helped(READ);
        long token = rig.stage(TestTransfer.read(file, 0, ByteBuffer.allocateDirect(1)));
        Thread.currentThread().interrupt();

        boolean helped = rig.lane.help(token);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(helped).isFalse();
        assertThat(rig.runByHelp(TestTransfer.read(file, 0, ByteBuffer.allocateDirect(1)))
                        .by())
                .isEqualTo(Thread.currentThread());
        rig.lane.flush();
        rig.sink.await(token);
    }

    @Test
    void anInterruptInTheMiddleOfHelpFailsNothing() throws Exception {
        Path big = Files.write(folder.resolve("big"), new byte[1 << 22]);
        NioFile file = rig.open(big, READ, WRITE);
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger handedBack = new AtomicInteger();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread helper = new Thread(() -> {
            try {
                helpAlong(file, handedBack, done);
            } catch (Throwable e) {
                failure.set(e);
            } finally {
                done.set(true);
            }
        });
        helper.start();
        while (!done.get()) {
            helper.interrupt();
            Thread.onSpinWait();
        }
        helper.join();

        assertThat(failure.get()).isNull();
        assertThat(handedBack).hasValueGreaterThan(0);
        assertThat(file.channel().isOpen()).isTrue();
        assertThat(rig.untilHelped(file)).isTrue();
    }

    /** Reads large pieces, which an interrupt hits easily, until enough were handed back. */
    private void helpAlong(NioFile file, AtomicInteger handedBack, AtomicBoolean done) {
        ByteBuffer into = ByteBuffer.allocateDirect(1 << 22);
        long untilNs = System.nanoTime() + 30_000_000_000L;
        while (handedBack.get() < 200 && System.nanoTime() < untilNs && !done.get()) {
            Outcome outcome = rig.runByHelp(TestTransfer.read(file, 0, into.clear()));
            if (outcome.repeated()) {
                handedBack.incrementAndGet();
                outcome = rig.run(TestTransfer.read(file, 0, into.clear()).forTheKeeper());
            }
            assertThat(outcome.text()).isNull();
            assertThat(outcome.result()).isEqualTo(1 << 22);
            Thread.interrupted();
        }
    }

    @Test
    void manyHelpersAndAnInterruptedOneLoseNoWrite() throws Exception {
        NioFile file = rig.open(folder.resolve("many"), READ, WRITE, CREATE);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<Thread> helpers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int part = i;
            helpers.add(new Thread(() -> {
                try {
                    writePart(file, part);
                } catch (Throwable e) {
                    failure.set(e);
                }
            }));
        }
        helpers.forEach(Thread::start);
        while (helpers.stream().anyMatch(Thread::isAlive)) {
            helpers.get(0).interrupt();
            Thread.onSpinWait();
        }

        assertThat(failure.get()).isNull();
        ByteBuffer all = ByteBuffer.allocate(4 * 4_000);
        assertThat(rig.run(TestTransfer.read(file, 0, all)).result()).isEqualTo(4 * 4_000);
        for (int i = 0; i < all.capacity(); i++) {
            assertThat(all.get(i)).isEqualTo((byte) ('a' + i / 4_000));
        }
    }

    private void writePart(NioFile file, int part) {
        ByteBuffer one = ByteBuffer.allocateDirect(1).put(0, (byte) ('a' + part));
        for (int n = 0; n < 4_000; n++) {
            long offset = part * 4_000L + n;
            Outcome outcome = rig.runByHelp(TestTransfer.write(file, offset, one.clear()));
            if (outcome.repeated()) {
                outcome = rig.run(TestTransfer.write(file, offset, one.clear()));
            }
            assertThat(outcome.result()).isEqualTo(1);
        }
    }

    @Test
    void aFileWhoseDescriptorIsNotToBeFoundIsLeftToTheWorkers() throws AioException {
        Path zero = Path.of("/dev/zero");
        Needs.that(Files.isReadable(zero), "it needs " + zero);

        assertThat(isEverHelped(rig.open(zero, READ), TransferKind.READ)).isFalse();
    }

    @Test
    void closeClosesBothDescriptors() throws Exception {
        NioFile file = helped(READ, WRITE);
        assertThat(descriptors()).isEqualTo(2);

        rig.close(file);

        assertThat(descriptors()).isZero();
    }

    private int descriptors() throws IOException {
        return Descriptors.of(path);
    }
}
