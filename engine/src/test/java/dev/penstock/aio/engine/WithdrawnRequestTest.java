package dev.penstock.aio.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Request;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.spi.Transfer;
import dev.penstock.aio.spi.TransferKind;
import dev.penstock.aio.tck.Bounded;
import java.nio.ByteBuffer;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Requests that end while they wait in the engine: nothing of them stays behind, and nobody waits for them. */
class WithdrawnRequestTest extends EngineTest {
    private static Errno failure(Request<?> request) {
        return ((AioException) Bounded.failure(request.toCompletableFuture())).errno();
    }

    private <T> Request<T> start(int lane, Callable<Request<T>> call) {
        return Bounded.get(onLane(lane, call));
    }

    private void assertLaneWorks(int lane, AsyncFile file) throws Exception {
        assertThat(start(lane, () -> file.write(ByteBuffer.allocate(10), 0)).await(Bounded.LIMIT))
                .isEqualTo(10);
    }

    // ---- truncates

    @Test
    void aTruncateThatAPoisonedFileRefusesIsNotLeftInItsLane() throws Exception {
        provider.lanes = 2;
        provider.window = 1;
        AsyncFile file = open();
        AsyncFile other = open();
        provider.hold(transfer -> transfer.kind() == TransferKind.SYNC);
        Request<Void> sync = start(0, () -> file.sync(SyncMode.FULL));
        ScriptedLane lane = provider.backend().lane(0);
        await("the sync runs", () -> lane.held().size() == 1);
        Request<Long> write = start(0, () -> file.write(ByteBuffer.allocate(10), 0));
        Request<Void> truncate = start(1, () -> file.truncate(0));

        lane.release(lane.held().get(0), Script.Outcome.error(Errno.EIO.number()));

        assertThat(failure(sync)).isEqualTo(Errno.EIO);
        assertThat(failure(write)).isEqualTo(Errno.EIO);
        assertThat(failure(truncate)).isEqualTo(Errno.EIO);
        assertLaneWorks(1, other);
        assertLaneWorks(0, other);
    }

    @Test
    void aTruncateThatIsCanceledTogetherWithWhatItWaitsForIsNotLeftInItsLane() throws Exception {
        provider.lanes = 2;
        provider.window = 1;
        AsyncFile file = open();
        AsyncFile other = open();
        provider.holdAll();
        start(0, () -> other.write(ByteBuffer.allocate(10), 0));
        Request<Long> write = start(0, () -> file.write(ByteBuffer.allocate(10), 0));
        Request<Void> truncate = start(1, () -> file.truncate(0));
        Block canceledFirst = ((FileRequest<?>) truncate).block();

        // Another thread cancels the write while the first has taken the truncate out, and has not ended it.
        assertThat(((OpenFile) file).order().takeOut(canceledFirst, 1)).isTrue();
        assertThat(write.cancel()).isEqualTo(CancelResult.CANCELED);
        Settlement.end(canceledFirst, -Errno.ECANCELED.number(), null);
        provider.release();

        assertThat(failure(truncate)).isEqualTo(Errno.ECANCELED);
        assertLaneWorks(1, file);
        assertLaneWorks(0, file);
    }

    @Test
    void aRequestBehindATruncateThatIsCanceledGoesOn() throws Exception {
        provider.window = 1;
        AsyncFile file = open();
        provider.holdAll();
        file.write(ByteBuffer.allocate(10), 0);
        Request<Void> truncate = file.truncate(0);
        Request<Long> read = file.read(ByteBuffer.allocate(10), 0);

        assertThat(truncate.cancel()).isEqualTo(CancelResult.CANCELED);
        provider.release();

        assertThat(read.await(Bounded.LIMIT)).isEqualTo(10);
    }

    // ---- poison

    @Test
    void aSyncWhoseErrorIsUnknownPoisonsTheFile() throws Exception {
        AsyncFile file = open();
        provider.script(new Script() {
            @Override
            Outcome outcome(Transfer transfer) {
                return transfer.kind() == TransferKind.SYNC ? Outcome.text("Der Hund war es") : Outcome.ALL;
            }
        });

        assertThat(failure(file.sync(SyncMode.FULL))).isEqualTo(Errno.UNKNOWN);

        assertThat(file.isPoisoned()).isTrue();
        assertThat(failure(file.sync(SyncMode.DATA))).isEqualTo(Errno.EIO);
        assertThat(failure(file.write(ByteBuffer.allocate(10), 0))).isEqualTo(Errno.EIO);
    }

    // ---- the transfer of a file's syncs

    @Test
    void aSyncTransferWhoseSyncsAreCanceledDoesNotKeepTheFileOpen() throws Exception {
        provider.window = 1;
        AsyncFile busy = open();
        AsyncFile file = open();
        ScriptedFile scripted = scripted();
        provider.holdAll();
        Request<Long> running = busy.write(ByteBuffer.allocate(10), 0);
        await("it runs", () -> provider.lane().held().size() == 1);
        Request<Void> first = file.sync(SyncMode.FULL);
        Request<Void> second = file.sync(SyncMode.DATA);

        assertThat(first.cancel()).isEqualTo(CancelResult.CANCELED);
        assertThat(second.cancel()).isEqualTo(CancelResult.CANCELED);
        file.closeAsync().await(Bounded.LIMIT);
        provider.release();

        assertThat(running.await(Bounded.LIMIT)).isEqualTo(10);
        assertLaneWorks(0, busy);
        assertThat(scripted.log()).isEmpty();
    }

    @Test
    void aSyncAfterOnesThatWereCanceledBeforeTheirTransferBeganIsServed() throws Exception {
        provider.window = 1;
        AsyncFile busy = open();
        AsyncFile file = open();
        provider.holdAll();
        busy.write(ByteBuffer.allocate(10), 0);
        Request<Void> canceled = file.sync(SyncMode.FULL);
        assertThat(canceled.cancel()).isEqualTo(CancelResult.CANCELED);

        Request<Void> sync = file.sync(SyncMode.DATA);
        provider.release();

        sync.await(Bounded.LIMIT);
        assertThat(scripted().log()).containsExactly("DATA_SYNC");
    }

    @Test
    void aFileIsNotClosedWhileASyncTransferRunsThatServesNobody() throws Exception {
        provider.window = 1;
        AsyncFile busy = open();
        AsyncFile file = open();
        AtomicReference<Request<Void>> sync = new AtomicReference<>();
        AtomicReference<CancelResult> answer = new AtomicReference<>();
        provider.script(new Script() {
            @Override
            void staging(Transfer transfer) {
                if (transfer.kind() == TransferKind.SYNC) {
                    // The lane has it, and the file is not told yet.
                    answer.set(sync.get().cancel());
                    file.closeAsync();
                }
            }
        });
        provider.holdAll();
        ControlBlock running = block(busy, 10, 0);
        io().write(running);
        await("it runs", () -> provider.lane().held().size() == 1);
        sync.set(file.sync(SyncMode.FULL));
        ScriptedFile scripted = scripted();

        ScriptedLane lane = provider.lane();
        lane.release(lane.held().get(0), Script.Outcome.ALL);
        success(running);
        await("the sync runs", () -> lane.held().size() == 1);
        open().close(); // by the thread that would have closed the file

        assertThat(answer).hasValue(CancelResult.CANCELED);
        assertThat(scripted.isClosed()).isFalse();
        provider.release();
        file.closeAsync().await(Bounded.LIMIT);
        assertThat(scripted.log()).containsExactly("SYNC");
    }

    @Test
    void theNewsThatASyncTransferWasStagedDoesNotReachTheSyncsOfTheNextOne() throws Exception {
        provider.window = 1;
        AsyncFile busy = open();
        AsyncFile file = open();
        provider.hold(transfer -> transfer.kind() == TransferKind.SYNC);
        Request<Void> first = file.sync(SyncMode.FULL);
        await("it runs", () -> provider.lane().held().size() == 1);
        Block transfer = ((Flight) provider.lane().held().get(0).transfer).block;
        long former = transfer.place;
        provider.release();
        first.await(Bounded.LIMIT);
        provider.holdAll();
        busy.write(ByteBuffer.allocate(10), 0);
        await("the next runs", () -> provider.lane().held().size() == 1);
        Request<Void> second = file.sync(SyncMode.FULL);

        ((OpenFile) file).order().dispatched(transfer, former);

        assertThat(second.cancel()).isEqualTo(CancelResult.CANCELED);
    }

    // ---- blocks that moved on to another file

    @Test
    void aCancelOfAFormerFileDoesNotTouchTheRequestOfAnother() throws Exception {
        provider.window = 1;
        AsyncFile former = open();
        AsyncFile present = open();
        ControlBlock block = block(former, 10, 0);
        io().write(block);
        success(block);
        provider.holdAll();
        ControlBlock running = block(present, 10, 0);
        io().write(running);
        io().write(block.file(present));
        Block own = (Block) block;

        assertThat(((OpenFile) former).order().takeOut(own, own.sequence())).isFalse();
        ((OpenFile) former).order().dispatched(own, own.place);

        assertThat(Life.state(own.word())).isEqualTo(Life.QUEUED);
        assertThat(own.undispatched).isTrue();
        provider.release();
        assertThat(success(block)).isEqualTo(10);
    }
}
