package dev.penstock.aio.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.CompletionQueue;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Request;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.spi.Transfer;
import dev.penstock.aio.spi.TransferKind;
import dev.penstock.aio.tck.Bounded;
import java.nio.ByteBuffer;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What becomes of requests while their file moves to a better provider. */
class MoveTest extends SwapTest {
    @Test
    void anIdleFileMovesToABetterProviderAndLeavesNothingBehind() throws Exception {
        AsyncFile file = openFile();
        success(write(file, "old", 0));
        ScriptedFile old = scripted();

        betterComes();
        awaitAt(file, "better");
        success(write(file, "new", 3));

        assertThat(content(file)).isEqualTo("oldnew");
        await("the old descriptor is closed", old::isClosed);
        assertThat(better.backend().files()).hasSize(1);
        assertThat(count("files moved to another provider")).isEqualTo(1);
    }

    @Test
    void whatWasWrittenIsSyncedWhereItWasWritten() throws Exception {
        AsyncFile file = openFile();
        success(write(file, "data", 0));
        ScriptedFile old = scripted();

        betterComes();
        awaitAt(file, "better");

        assertThat(old.log()).containsExactly("WRITE 0+4", "DATA_SYNC");
        assertThat(better.backend().files().get(0).log()).isEmpty();
    }

    @Test
    void whatWasWrittenIsSyncedWhileRequestsGoOnAndOnlyTheRestWhenTheyAreHeld() throws Exception {
        AsyncFile file = openFile();
        success(write(file, "before", 0));
        provider.hold(transfer -> transfer.kind() == TransferKind.DATA_SYNC);
        betterComes();
        await("it is synced", () -> provider.lane().held().size() == 1);

        assertThat(success(write(file, "meanwhile", 10))).isEqualTo(9);
        assertThat(home(file).isHolding()).isFalse();
        provider.release();

        awaitAt(file, "better");
        assertThat(scripted().log()).containsExactly("WRITE 0+6", "WRITE 10+9", "DATA_SYNC", "DATA_SYNC");
    }

    @Test
    void whatWasSyncedOrOnlyReadIsNotSyncedOnceMore() throws Exception {
        AsyncFile file = openFile();
        success(write(file, "data", 0));
        file.sync(SyncMode.FULL).await(Bounded.LIMIT);
        file.read(ByteBuffer.allocate(4), 0).await(Bounded.LIMIT);
        ScriptedFile old = scripted();

        betterComes();
        awaitAt(file, "better");

        assertThat(old.log()).containsExactly("WRITE 0+4", "SYNC", "READ 0+4");
    }

    @Test
    void aSyncThatIsHandedBackIsCarriedOutWhereItWasToBeBeforeTheFileMoves() throws Exception {
        AsyncFile file = openFile();
        provider.holdAll();
        ControlBlock inFlight = write(file, "data", 0);
        betterComes();
        awaitHolding(file);
        AtomicInteger syncs = new AtomicInteger();
        provider.script(new Script() {
            @Override
            Outcome outcome(Transfer transfer) {
                boolean first = transfer.kind() == TransferKind.DATA_SYNC && syncs.getAndIncrement() == 0;
                return first ? Outcome.HANDED_BACK : super.outcome(transfer);
            }
        });
        provider.release();

        assertThat(success(inFlight)).isEqualTo(4);
        awaitAt(file, "better");
        assertThat(syncs).hasValue(2);
        assertThat(scripted().log()).containsExactly("WRITE 0+4", "DATA_SYNC");
        assertThat(better.backend().files().get(0).log()).isEmpty();
    }

    @Test
    void anErrorOfTheWriteBackThatOnlyTheOldProviderIsToldPoisonsTheFile() throws Exception {
        AsyncFile file = openFile();
        success(write(file, "data", 0));
        provider.script(new Script() {
            @Override
            Outcome outcome(Transfer transfer) {
                return transfer.kind() == TransferKind.DATA_SYNC
                        ? Outcome.error(Errno.EIO.number())
                        : super.outcome(transfer);
            }
        });

        betterComes();
        awaitAt(file, "better");

        assertThat(file.isPoisoned()).isTrue();
        assertThat(failure(write(file, "more", 0))).isEqualTo(Errno.EIO);
        assertThat(file.read(ByteBuffer.allocate(4), 0).await(Bounded.LIMIT)).isEqualTo(4);
    }

    @Test
    void whatIsInFlightEndsWhereItIsAndWhatComesMeanwhileGoesToTheNewProvider() throws Exception {
        AsyncFile file = openFile();
        provider.holdAll();
        ControlBlock inFlight = write(file, "in flight", 0);
        betterComes();
        awaitHolding(file);

        ControlBlock later = write(file, "LATER", 20);
        assertThat(io().error(later)).isEqualTo(Errno.EINPROGRESS);
        provider.release();

        assertThat(success(inFlight)).isEqualTo(9);
        assertThat(success(later)).isEqualTo(5);
        awaitAt(file, "better");
        assertThat(scripted().log()).containsExactly("WRITE 0+9", "DATA_SYNC");
        assertThat(better.backend().files().get(0).log()).containsExactly("WRITE 20+5");
    }

    @Test
    void whatWaitsForRoomInTheOldLaneGoesToTheNewOne() throws Exception {
        provider.window = 2;
        AsyncFile file = openFile();
        provider.holdAll();
        List<ControlBlock> blocks = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            blocks.add(write(file, "" + i, i));
        }
        betterComes();
        awaitHolding(file);
        provider.release();

        for (ControlBlock block : blocks) {
            assertThat(success(block)).isEqualTo(1);
        }
        awaitAt(file, "better");
        assertThat(content(file)).isEqualTo("0123456789");
        assertThat(scripted().log()).hasSize(3);
        assertThat(better.backend().files().get(0).log()).hasSize(8);
    }

    @Test
    void appendsKeepTheirOrderAcrossTheMove() throws Exception {
        AsyncFile file = openFile(StandardOpenOption.APPEND);
        provider.holdAll();
        List<ControlBlock> blocks = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            blocks.add(write(file, "" + i, 0));
        }
        betterComes();
        awaitHolding(file);
        for (int i = 5; i < 10; i++) {
            blocks.add(write(file, "" + i, 0));
        }
        provider.release();

        for (ControlBlock block : blocks) {
            success(block);
        }
        awaitAt(file, "better");
        assertThat(content(file)).isEqualTo("0123456789");
    }

    @Test
    void aSyncThatWaitsAcrossTheMoveCoversWhatItCovered() throws Exception {
        AsyncFile file = openFile();
        provider.holdAll();
        ControlBlock before = write(file, "before", 0);
        Request<Void> sync = file.sync(SyncMode.FULL);
        betterComes();
        awaitHolding(file);
        ControlBlock after = write(file, "after", 10);
        assertThat(sync.isDone()).isFalse();
        provider.release();

        sync.await(Bounded.LIMIT);
        assertThat(success(before)).isEqualTo(6);
        assertThat(success(after)).isEqualTo(5);
        awaitAt(file, "better");
        // One sync served the user's and the move's own.
        assertThat(scripted().log()).containsExactly("WRITE 0+6", "SYNC");
    }

    @Test
    void aSyncThatIsInFlightIsWaitedFor() throws Exception {
        AsyncFile file = openFile();
        success(write(file, "data", 0));
        provider.hold(transfer -> transfer.kind() == TransferKind.SYNC);
        Request<Void> sync = file.sync(SyncMode.FULL);
        betterComes();
        awaitHolding(file);
        assertThat(at(file)).isEqualTo("scripted");
        provider.release();

        sync.await(Bounded.LIMIT);
        awaitAt(file, "better");
        assertThat(scripted().log()).containsExactly("WRITE 0+4", "SYNC");
    }

    @Test
    void aTruncateWaitsAcrossTheMoveForWhatIsBeforeIt() throws Exception {
        AsyncFile file = openFile();
        provider.holdAll();
        ControlBlock before = write(file, "0123456789", 0);
        Request<Void> truncate = file.truncate(4);
        betterComes();
        awaitHolding(file);
        ControlBlock after = write(file, "x", 4);
        provider.release();

        truncate.await(Bounded.LIMIT);
        success(before);
        success(after);
        awaitAt(file, "better");
        assertThat(content(file)).isEqualTo("0123x");
    }

    @Test
    void whatIsHeldCanBeCanceledAndWhatIsInFlightCannot() throws Exception {
        AsyncFile file = openFile();
        provider.holdAll();
        ControlBlock inFlight = write(file, "a", 0);
        betterComes();
        awaitHolding(file);
        ControlBlock held = write(file, "b", 1);

        assertThat(io().cancel(held)).isEqualTo(CancelResult.CANCELED);
        assertThat(io().cancel(inFlight)).isEqualTo(CancelResult.NOT_CANCELED);
        assertThat(io().error(held)).isEqualTo(Errno.ECANCELED);
        provider.release();

        assertThat(success(inFlight)).isEqualTo(1);
        awaitAt(file, "better");
        assertThat(content(file)).isEqualTo("a");
        assertThat(better.backend().files().get(0).log()).isEmpty();
    }

    @Test
    void afterTheMoveACancelGoesToTheNewLane() throws Exception {
        AsyncFile file = openFile();
        provider.holdAll();
        ControlBlock inFlight = write(file, "a", 0);
        betterComes();
        awaitHolding(file);
        better.holdAll();
        better.script(new Script() {
            @Override
            boolean takesBack(Transfer transfer) {
                return true;
            }
        });
        ControlBlock held = write(file, "b", 1);
        provider.release();
        success(inFlight);
        await("the new lane has it", () -> better.lane().held().size() == 1);

        assertThat(io().cancel(held)).isEqualTo(CancelResult.CANCELED);

        assertThat(failure(held)).isEqualTo(Errno.ECANCELED);
    }

    // ---- who waits

    @Test
    void whoWaitsInsideTheOldLaneIsWokenByTheNewOne() throws Exception {
        provider.blocksUntilWoken = false;
        AsyncFile file = openFile();
        provider.holdAll();
        ControlBlock inFlight = write(file, "a", 0);
        betterComes();
        awaitHolding(file);
        ControlBlock held = write(file, "b", 1);
        FutureTask<Long> waiter = background(() -> success(held));
        FutureTask<Long> other = background(() -> success(inFlight));
        await("both wait", () -> ((Block) held).isWaitedFor() && ((Block) inFlight).isWaitedFor());

        provider.release();

        assertThat(Bounded.get(other)).isEqualTo(1);
        assertThat(Bounded.get(waiter)).isEqualTo(1);
    }

    @Test
    void aQueueIsToldOfWhatMoved() throws Exception {
        AsyncFile file = openFile();
        provider.holdAll();
        try (CompletionQueue queue = io().completionQueue()) {
            for (int i = 0; i < 4; i++) {
                ControlBlock block = block(file, 1, i).sigEvent(SigEvent.queue(queue));
                io().write(block);
            }
            FutureTask<Integer> taker = background(() -> {
                int taken = 0;
                while (taken < 8 && queue.take(Bounded.LIMIT) != null) {
                    taken++;
                }
                return taken;
            });
            betterComes();
            awaitHolding(file);
            for (int i = 4; i < 8; i++) {
                ControlBlock block = block(file, 1, i).sigEvent(SigEvent.queue(queue));
                io().write(block);
            }
            provider.release();

            assertThat(Bounded.get(taker)).isEqualTo(8);
        }
        awaitAt(file, "better");
    }

    @Test
    void aCallbackOfWhatMovedRunsThoughNobodyWaits() throws Exception {
        AsyncFile file = openFile();
        provider.holdAll();
        CountDownLatch called = new CountDownLatch(2);
        SigEvent event = SigEvent.call(completion -> called.countDown());
        io().write(block(file, 1, 0).sigEvent(event));
        betterComes();
        awaitHolding(file);
        io().write(block(file, 1, 1).sigEvent(event));
        provider.release();

        Bounded.await(called);
        awaitAt(file, "better");
    }

    @Test
    void stagesOfWhatMovedComplete() throws Exception {
        AsyncFile file = openFile();
        provider.holdAll();
        Request<Long> inFlight = file.write(bytes("a"), 0);
        betterComes();
        awaitHolding(file);
        Request<Long> held = file.write(bytes("b"), 1);
        AtomicInteger told = new AtomicInteger();
        inFlight.thenRun(told::incrementAndGet);
        held.thenRun(told::incrementAndGet);
        provider.release();

        await("both are told", () -> told.get() == 2);
    }

    @Test
    void aCloseWaitsForWhatMoves() throws Exception {
        AsyncFile file = openFile();
        provider.holdAll();
        ControlBlock inFlight = write(file, "a", 0);
        betterComes();
        awaitHolding(file);
        ControlBlock held = write(file, "b", 1);
        FutureTask<Void> closing = background(() -> {
            file.close();
            return null;
        });
        await("it is closing", () -> !file.isOpen());
        provider.release();

        Bounded.get(closing);
        assertThat(success(inFlight)).isEqualTo(1);
        assertThat(success(held)).isEqualTo(1);
        await("it is closed where it was", () -> scripted().isClosed());
        assertThat(better.backend().files()).allMatch(ScriptedFile::isClosed);
        assertThatThrownBy(() -> write(file, "c", 2)).hasMessageContaining("EBADF");
    }

    // ---- what takes too long

    @Test
    void whatTheOldLaneGivesBackInTimeIsDoneByTheNewOne() throws Exception {
        configure("swap.timeout.ms", 500);
        AsyncFile file = openFile();
        provider.holdAll();
        provider.script(new Script() {
            @Override
            boolean takesBack(Transfer transfer) {
                return true;
            }
        });
        ControlBlock block = write(file, "moved", 0);

        betterComes();

        assertThat(success(block)).isEqualTo(5);
        awaitAt(file, "better");
        assertThat(scripted().log()).isEmpty();
        assertThat(content(file)).isEqualTo("moved");
    }

    @Test
    void anAppendThatComesBackGoesFirst() throws Exception {
        configure("swap.timeout.ms", 500);
        AsyncFile file = openFile(StandardOpenOption.APPEND);
        provider.holdAll();
        provider.script(new Script() {
            @Override
            boolean takesBack(Transfer transfer) {
                return true;
            }
        });
        List<ControlBlock> blocks = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            blocks.add(write(file, "" + i, 0));
        }

        betterComes();

        for (ControlBlock block : blocks) {
            success(block);
        }
        assertThat(content(file)).isEqualTo("01234");
    }

    @Test
    void theRestOfAFullTransferIsDoneByTheNewProvider() throws Exception {
        AsyncFile file = openFile();
        provider.holdAll();
        provider.script(new Script() {
            @Override
            Outcome outcome(Transfer transfer) {
                return Outcome.atMost(4);
            }
        });
        Request<Long> full = file.writeFully(bytes("0123456789"), 0);
        betterComes();
        awaitHolding(file);
        provider.release();

        assertThat(full.await(Bounded.LIMIT)).isEqualTo(10);
        awaitAt(file, "better");
        assertThat(scripted().log()).containsExactly("WRITE 0+4", "DATA_SYNC");
        assertThat(better.backend().files().get(0).log()).containsExactly("WRITE 4+6");
        assertThat(content(file)).isEqualTo("0123456789");
    }

    @Test
    void aFileWithARequestThatNeverEndsStaysAndTheOthersMove() throws Exception {
        configure("swap.timeout.ms", 500);
        AsyncFile stuck = openFile();
        AsyncFile other = openFile();
        provider.holdAll();
        ControlBlock never = write(stuck, "never", 0);
        await("it is in flight", () -> provider.lane().held().size() == 1);
        provider.hold(transfer -> transfer.length() == 5);

        betterComes();
        awaitAt(other, "better");
        await("the move is given up", () -> count("moves that failed") == 1);

        assertThat(at(stuck)).isEqualTo("scripted");
        assertThat(success(write(stuck, "on", 10))).isEqualTo(2);
        assertThat(instance().files()).anyMatch(report -> report.stays().contains("requests in flight"));
        provider.release();
        assertThat(success(never)).isEqualTo(5);
    }
}
