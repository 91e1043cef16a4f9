package dev.penstock.aio.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.ListMode;
import dev.penstock.aio.Opcode;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.spi.TransferKind;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** lio_listio: lists of which nothing is started, for a limit, a busy block or an event that cannot be. */
class ListRefusalContractTest extends TckTest {
    private static final int BYTES = 512;

    private AsyncFile file;

    @BeforeEach
    @Timeout(120)
    void makeAFile() throws AioException {
        file = newFile("f");
    }

    private ControlBlock write(long offset) throws AioException {
        return writeBlock(file, BYTES, offset).opcode(Opcode.WRITE);
    }

    private void list(ListMode mode, ControlBlock... blocks) throws AioException {
        io().list(mode, blocks, SigEvent.none());
    }

    /** Asserts that nothing of the blocks was ever started. */
    private void assertFresh(AsyncIo io, ControlBlock... blocks) {
        for (ControlBlock block : blocks) {
            assertEquals(0, block.sequence());
            expectErrno(Errno.EINVAL, () -> io.error(block));
        }
    }

    @ParameterizedTest
    @EnumSource(ListMode.class)
    void aBlockThatOccursTwiceIsEBUSYAndNothingIsStarted(ListMode mode) throws AioException {
        ControlBlock other = write(0);
        ControlBlock twice = write(BYTES);

        expectErrno(Errno.EBUSY, () -> list(mode, other, twice, null, twice));

        assertFresh(io(), other, twice);
        list(ListMode.WAIT, other, twice);
        assertEquals(BYTES, success(other));
        assertEquals(BYTES, success(twice));
    }

    @ParameterizedTest
    @EnumSource(ListMode.class)
    void aBlockInFlightIsEBUSYNothingIsStartedAndItsRequestIsUntouched(ListMode mode) throws AioException {
        Hold hold = hold();
        ControlBlock busy = write(0);
        io().write(busy);
        ControlBlock before = write(BYTES);
        ControlBlock after = write(2 * BYTES);

        expectErrno(Errno.EBUSY, () -> list(mode, before, busy, after));

        assertFresh(io(), before, after);
        assertEquals(1, busy.sequence());
        assertEquals(Errno.EINPROGRESS, io().error(busy));
        hold.release();
        assertEquals(BYTES, success(busy));
    }

    @Test
    void aBlockThatWasNotCollectedIsEBUSYAndNothingIsStarted() throws AioException {
        ControlBlock done = write(0);
        io().write(done);
        awaitDone(done);
        ControlBlock other = write(BYTES);

        expectErrno(Errno.EBUSY, () -> list(ListMode.NOWAIT, other, done));

        assertFresh(io(), other);
        assertEquals(BYTES, success(done));
    }

    @Test
    void aBlockThatTwoListsStartAtTheSameTimeIsStartedByOneOfThem() throws AioException {
        Race race = race();
        ControlBlock shared = write(0);
        ControlBlock[] own = {write(BYTES), write(2 * BYTES)};
        for (int i = 1; i <= Race.ROUNDS; i++) {
            Errno[] answers = new Errno[2];
            race.run(() -> answers[0] = start(own[0], shared), () -> answers[1] = start(shared, own[1]));

            awaitDone(shared);
            assertEquals(i, shared.sequence());
            assertEquals(BYTES, success(shared));
            for (int side = 0; side < 2; side++) {
                if (answers[side] == Errno.SUCCESS) {
                    assertEquals(BYTES, success(own[side]));
                }
            }
        }
    }

    /** Starts a list; one that meets a block that is busy, or done and not collected, must answer EBUSY. */
    private Errno start(ControlBlock... blocks) {
        try {
            list(ListMode.NOWAIT, blocks);
            return Errno.SUCCESS;
        } catch (AioException e) {
            assertEquals(Errno.EBUSY, e.errno());
            return e.errno();
        }
    }

    @ParameterizedTest
    @EnumSource(ListMode.class)
    @Asserts("LTP-lio_listio-18b")
    void moreEntriesThanTheLimitAreEINVALAndNothingIsStarted(ListMode mode) throws AioException {
        UnderTest limited = start(Map.of("max.list.entries", 4));
        AsyncIo io = limited.io();
        ControlBlock[] five = writes(io, 5);

        assertEquals(4, io.limits().maxListEntries());
        expectErrno(Errno.EINVAL, () -> io.list(mode, five, SigEvent.none()));

        assertFresh(io, five);
        io.list(ListMode.WAIT, Arrays.copyOf(five, 4), SigEvent.none());
    }

    @ParameterizedTest
    @ValueSource(strings = {"max.requests", "max.requests.per.consumer"})
    @Asserts("LTP-lio_listio-A17")
    void aListThatWouldPassALimitIsEAGAINAndNothingOfItIsStarted(String limit) throws AioException {
        UnderTest limited = start(Map.of(limit, 4));
        AsyncIo io = limited.io();
        Hold hold = limited.faults().hold(Faults.kind(TransferKind.WRITE));
        ControlBlock[] blocks = writes(io, 6);
        io.write(blocks[0]);
        io.write(blocks[1]);
        Told told = new Told();
        ControlBlock[] three = {blocks[2], blocks[3], null, blocks[4]};

        expectErrno(Errno.EAGAIN, () -> io.list(ListMode.NOWAIT, three, SigEvent.call(told)));
        expectErrno(Errno.EAGAIN, () -> io.list(ListMode.WAIT, three, SigEvent.none()));

        assertFresh(io, blocks[2], blocks[3], blocks[4]);
        ControlBlock[] two = {blocks[2], null, blocks[3]};
        io.list(ListMode.NOWAIT, two, SigEvent.none());
        expectErrno(Errno.EAGAIN, () -> io.write(blocks[4]));
        hold.release();
        for (int i = 0; i < 4; i++) {
            io.suspend(new ControlBlock[] {blocks[i]}, Bounded.LIMIT);
            assertEquals(BYTES, io.result(blocks[i]));
        }
        io.list(ListMode.WAIT, three, SigEvent.none());
        told.assertCount(0);
    }

    private ControlBlock[] writes(AsyncIo io, int count) throws AioException {
        AsyncFile other = io.open(path("limited"), StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        ControlBlock[] blocks = new ControlBlock[count];
        for (int i = 0; i < count; i++) {
            long offset = i * (long) BYTES;
            blocks[i] = io.controlBlock()
                    .file(other)
                    .offset(offset)
                    .buffer(Pattern.direct(BYTES, 0, offset))
                    .opcode(Opcode.WRITE);
        }
        return blocks;
    }

    @Test
    void aListThatRacesWithOthersForTheLastPlacesIsStartedAsAWholeOrNotAtAll() throws AioException {
        UnderTest limited = start(Map.of("max.requests", 4));
        AsyncIo io = limited.io();
        ControlBlock[] blocks = writes(io, 6);
        ControlBlock[] list = Arrays.copyOf(blocks, 3);
        ControlBlock[] others = Arrays.copyOfRange(blocks, 3, 6);
        Race race = race();
        int lists = 0;
        for (int round = 0; round < Race.ROUNDS; round++) {
            Hold hold = limited.faults().hold(transfer -> true);
            long before = sequences(list);
            AtomicBoolean isListed = new AtomicBoolean();
            List<ControlBlock> single = new ArrayList<>();

            race.run(() -> isListed.set(isAccepted(() -> io.list(ListMode.NOWAIT, list, SigEvent.none()))), () -> {
                for (ControlBlock other : others) {
                    if (isAccepted(() -> io.write(other))) {
                        single.add(other);
                    }
                }
            });

            assertEquals(isListed.get() ? 3 : 0, sequences(list) - before);
            assertEquals(isListed.get() ? 1 : 3, single.size());
            hold.release();
            lists += isListed.get() ? 1 : 0;
            single.addAll(isListed.get() ? List.of(list) : List.of());
            for (ControlBlock block : single) {
                assertTrue(io.suspend(new ControlBlock[] {block}, Bounded.LIMIT));
                assertEquals(BYTES, io.result(block));
            }
        }
        System.out.println("list against others: " + lists + " of " + Race.ROUNDS + " lists accepted");
    }

    private static long sequences(ControlBlock... blocks) {
        return Arrays.stream(blocks).mapToLong(ControlBlock::sequence).sum();
    }

    /** Answers whether a start was accepted; the one refusal there may be is EAGAIN. */
    private static boolean isAccepted(Waiter.Wait start) {
        try {
            start.run();
            return true;
        } catch (AioException e) {
            assertEquals(Errno.EAGAIN, e.errno(), e::getMessage);
            return false;
        }
    }

    @Test
    void aLimitThatAListWasRefusedForIsNotUsedUpByIt() throws AioException {
        UnderTest limited = start(Map.of("max.requests", 4));
        AsyncIo io = limited.io();
        ControlBlock[] blocks = writes(io, 5);

        for (int i = 0; i < Race.ROUNDS; i++) {
            expectErrno(Errno.EAGAIN, () -> io.list(ListMode.NOWAIT, blocks, SigEvent.none()));
        }

        io.list(ListMode.WAIT, Arrays.copyOf(blocks, 4), SigEvent.none());
    }

    @ParameterizedTest
    @ValueSource(strings = {"queue", "listeners"})
    void anEventThatAListCannotHaveIsEINVALAndNothingIsStarted(String kind) throws AioException {
        ControlBlock block = write(0);
        SigEvent event = kind.equals("queue") ? SigEvent.queue(io().completionQueue()) : SigEvent.listeners("tag");

        expectErrno(Errno.EINVAL, () -> io().list(ListMode.NOWAIT, new ControlBlock[] {block}, event));

        assertFresh(io(), block);
    }
}
