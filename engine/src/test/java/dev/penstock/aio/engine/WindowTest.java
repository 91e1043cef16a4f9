package dev.penstock.aio.engine;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a lane has at a time, and the order in which the rest follows; a file's order over several lanes. */
class WindowTest extends EngineTest {
    @ParameterizedTest
    @CsvSource({"1,256", "7,256", "64,3"})
    void neverMoreThanTheWindowIsInTheLane(int laneWindow, int configured) throws Exception {
        provider.window = laneWindow;
        configure("window", configured);
        int window = Math.min(laneWindow, configured);
        AsyncFile file = open();
        List<Request<Long>> requests = new ArrayList<>();
        provider.holdAll();
        for (int i = 0; i < 200; i++) {
            requests.add(file.write(ByteBuffer.allocateDirect(8), 8L * i));
        }
        await("the window is full", () -> provider.lane().held().size() == window);

        provider.release();

        for (Request<Long> request : requests) {
            assertThat(request.await(Bounded.LIMIT)).isEqualTo(8);
        }
        assertThat(provider.lane().outstandingMax()).isEqualTo(window);
    }

    @Test
    void theMoreUrgentGoesFirstWhenThereIsRoom() throws Exception {
        provider.window = 1;
        AsyncFile file = open();
        provider.holdAll();
        ControlBlock running = block(file, 1, 0);
        io().write(running);
        ControlBlock low = block(file, 2, 10).priority(20);
        ControlBlock middle = block(file, 3, 20).priority(5);
        ControlBlock high = block(file, 4, 30).priority(0);
        for (ControlBlock block : List.of(low, middle, high)) {
            io().write(block);
        }

        provider.release();

        for (ControlBlock block : List.of(running, low, middle, high)) {
            success(block);
        }
        assertThat(scripted().log()).containsExactly("WRITE 0+1", "WRITE 30+4", "WRITE 20+3", "WRITE 10+2");
    }

    @Test
    void aCanceledOneMakesNoRoomInTheLaneAndLeavesTheOthersTheirTurn() throws Exception {
        provider.window = 1;
        AsyncFile file = open();
        provider.holdAll();
        ControlBlock running = block(file, 1, 0);
        ControlBlock canceled = block(file, 2, 10);
        ControlBlock last = block(file, 3, 20);
        for (ControlBlock block : List.of(running, canceled, last)) {
            io().write(block);
        }

        assertThat(io().cancel(canceled)).isEqualTo(CancelResult.CANCELED);
        provider.release();

        assertThat(success(running)).isEqualTo(1);
        assertThat(success(last)).isEqualTo(3);
        assertThat(failure(canceled)).isEqualTo(Errno.ECANCELED);
        assertThat(scripted().log()).containsExactly("WRITE 0+1", "WRITE 20+3");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void appendsKeepTheOrderOfTheirSubmitOverAllLanes(int lanes) throws Exception {
        provider.lanes = lanes;
        provider.orderSeed = 11;
        AsyncFile file = openToAppend();
        List<FutureTask<Request<Long>>> appends = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            byte value = (byte) i;
            FutureTask<Request<Long>> append =
                    onLane(i % lanes, () -> file.write(ByteBuffer.wrap(new byte[] {value, value}), 0));
            Bounded.get(append);
            appends.add(append);
        }

        for (FutureTask<Request<Long>> append : appends) {
            assertThat(Bounded.get(append).await(Bounded.LIMIT)).isEqualTo(2);
        }
        byte[] content = scripted().content();
        for (int i = 0; i < 200; i++) {
            assertThat(content[i]).isEqualTo((byte) (i / 2));
        }
    }

    @ParameterizedTest
    @EnumSource(ScriptedProvider.Delivery.class)
    void aSyncComesAfterEveryEarlierWriteOfEveryLaneAndHoldsNoLaterOne(ScriptedProvider.Delivery delivery)
            throws Exception {
        provider.delivery = delivery;
        provider.lanes = 4;
        provider.orderSeed = 5;
        AsyncFile file = open();
        provider.hold(transfer -> transfer.length() == 1);
        List<Request<Long>> early = new ArrayList<>();
        for (int lane = 0; lane < 4; lane++) {
            int at = lane;
            early.add(Bounded.get(onLane(lane, () -> file.write(ByteBuffer.allocateDirect(1), at))));
        }
        Request<Void> sync = Bounded.get(onLane(2, () -> file.sync(SyncMode.DATA)));
        Request<Long> late = Bounded.get(onLane(0, () -> file.write(ByteBuffer.allocateDirect(2), 100)));

        assertThat(late.await(Bounded.LIMIT)).isEqualTo(2);
        assertThat(sync.isDone()).isFalse();
        provider.release();

        sync.await(Bounded.LIMIT);
        for (Request<Long> write : early) {
            assertThat(write.isDone()).isTrue();
        }
        List<String> log = scripted().log();
        assertThat(log).hasSize(6).startsWith("WRITE 100+2").endsWith("DATA_SYNC");
    }

    @Test
    void syncsThatWaitTogetherAreServedByOneTransfer() throws Exception {
        provider.lanes = 2;
        AsyncFile file = open();
        provider.hold(transfer -> transfer.kind() == TransferKind.WRITE);
        file.write(ByteBuffer.allocateDirect(1), 0);
        List<Request<Void>> syncs = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            syncs.add(Bounded.get(onLane(i & 1, () -> file.sync(SyncMode.DATA))));
        }
        syncs.add(file.sync(SyncMode.FULL));

        provider.release();

        for (Request<Void> sync : syncs) {
            sync.await(Bounded.LIMIT);
        }
        assertThat(Collections.frequency(scripted().log(), "SYNC")).isEqualTo(1);
        assertThat(Collections.frequency(scripted().log(), "DATA_SYNC")).isZero();
    }

    @Test
    void whatASyncCoversIsNotOvertakenWhileItWaitsForRoom() throws Exception {
        provider.window = 2;
        AsyncFile file = open();
        provider.holdAll();
        for (int i = 0; i < 4; i++) {
            file.write(ByteBuffer.allocateDirect(1), i);
        }
        Request<Void> sync = file.sync(SyncMode.FULL);
        ControlBlock urgent = block(file, 2, 100).priority(0);
        io().write(urgent);

        // What a lane has may be carried out in any order, also what it was handed first and starts only now.
        await(
                "the lane has started both that it has",
                () -> provider.lane().held().size() == 2);
        provider.release();
        sync.await(Bounded.LIMIT);
        success(urgent);

        assertThat(scripted().log().subList(0, 4))
                .containsExactlyInAnyOrder("WRITE 0+1", "WRITE 1+1", "WRITE 2+1", "WRITE 3+1");
    }

    @Test
    void aTruncateStandsAlone() throws Exception {
        provider.lanes = 2;
        AsyncFile file = open();
        provider.hold(transfer -> transfer.kind() == TransferKind.WRITE);
        Request<Long> before = file.write(ByteBuffer.allocateDirect(10), 0);
        Request<Void> truncate = Bounded.get(onLane(1, () -> file.truncate(4)));
        Request<Long> size = Bounded.get(onLane(0, file::size));
        await(
                "the write runs",
                () -> provider.backend().lane(0).held().size()
                                + provider.backend().lane(1).held().size()
                        == 1);

        provider.release();

        assertThat(size.await(Bounded.LIMIT)).isEqualTo(4);
        truncate.await(Bounded.LIMIT);
        assertThat(before.await(Bounded.LIMIT)).isEqualTo(10);
        assertThat(scripted().log()).containsExactly("WRITE 0+10", "TRUNCATE", "SIZE");
    }

    @Test
    void aPriorityThatIsCanceledInTheLaneFreesItsSlot() throws Exception {
        provider.window = 1;
        provider.script(new Script() {
            @Override
            boolean takesBack(Transfer transfer) {
                return true;
            }
        });
        AsyncFile file = open();
        provider.holdAll();
        ControlBlock first = block(file, 1, 0);
        ControlBlock second = block(file, 2, 10);
        io().write(first);
        io().write(second);
        await("the first one runs", () -> provider.lane().held().size() == 1);
        provider.hold(transfer -> false);
        awaitKeepersParked();

        assertThat(io().cancel(first)).isEqualTo(CancelResult.CANCELED);

        awaitUndriven(second);
    }
}
