package dev.penstock.aio.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Request;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.spi.Transfer;
import dev.penstock.aio.tck.Bounded;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Completions that say what is not so: not asked for, twice, too late, canceled by nobody, handed back. */
class StrayCompletionTest extends EngineTest {
    private static final String STRAYS = "completions of nothing in flight";
    private static final String REPEATS = "transfers repeated";
    private static final int ECANCELED = Errno.ECANCELED.number();

    /** Ends so many attempts in a way, and then moves the bytes. */
    private Script firstEndsWith(int times, Script.Outcome outcome) {
        AtomicInteger left = new AtomicInteger(times);
        return new Script() {
            @Override
            Outcome outcome(Transfer transfer) {
                return left.getAndDecrement() > 0 ? outcome : Outcome.ALL;
            }
        };
    }

    @ParameterizedTest
    @EnumSource(ScriptedProvider.Delivery.class)
    void aCancelThatNobodyAskedForIsNotBelieved(ScriptedProvider.Delivery delivery) throws Exception {
        provider.delivery = delivery;
        provider.script(firstEndsWith(3, Script.Outcome.error(ECANCELED)));
        ControlBlock block = block(open(), 10, 0);

        io().write(block);

        assertThat(success(block)).isEqualTo(10);
        assertThat(count(REPEATS)).isEqualTo(3);
        assertThat(scripted().log()).containsExactly("WRITE 0+10");
    }

    @Test
    void aTransferThatIsHandedBackIsDispatchedAgainByTheKeeper() throws Exception {
        provider.insistsOnKeeper = true;
        provider.script(firstEndsWith(2, Script.Outcome.HANDED_BACK));
        ControlBlock block = block(open(), 10, 0);

        io().write(block);

        assertThat(success(block)).isEqualTo(10);
        assertThat(count(REPEATS)).isEqualTo(2);
    }

    @Test
    void aTransferThatIsHandedBackGoesOnThoughNobodyWaits() throws Exception {
        provider.insistsOnKeeper = true;
        provider.script(firstEndsWith(2, Script.Outcome.HANDED_BACK));
        ControlBlock block = block(open(), 10, 0);

        io().write(block);

        awaitUndriven(block);
        assertThat(io().error(block)).isEqualTo(Errno.SUCCESS);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTransferThatIsHandedBackForEverFailsInTheEnd(boolean canceled) throws Exception {
        provider.script(firstEndsWith(
                Integer.MAX_VALUE, canceled ? Script.Outcome.error(ECANCELED) : Script.Outcome.HANDED_BACK));
        ControlBlock block = block(open(), 10, 0);

        io().write(block);

        assertThat(failure(block)).isEqualTo(Errno.EIO);
        assertThat(count(REPEATS)).isEqualTo(16);
    }

    @Test
    void anAppendThatIsHandedBackKeepsItsPlace() throws Exception {
        provider.script(firstEndsWith(2, Script.Outcome.HANDED_BACK));
        AsyncFile file = openToAppend();
        ControlBlock[] blocks = {block(file, 1, 0), block(file, 2, 0), block(file, 3, 0)};

        for (ControlBlock block : blocks) {
            io().write(block);
        }

        for (ControlBlock block : blocks) {
            success(block);
        }
        assertThat(scripted().log()).containsExactly("WRITE +1", "WRITE +2", "WRITE +3");
    }

    @Test
    void aCancelThatTheLaneConfirmsIsBelieved() throws Exception {
        provider.script(new Script() {
            @Override
            boolean takesBack(Transfer transfer) {
                return true;
            }
        });
        ControlBlock block = block(open(), 10, 0);
        provider.holdAll();
        io().write(block);

        assertThat(io().cancel(block)).isEqualTo(CancelResult.CANCELED);

        assertThat(failure(block)).isEqualTo(Errno.ECANCELED);
        assertThat(count(REPEATS)).isZero();
    }

    /** The keeper may be the one who starts it. */
    private ScriptedLane.Entry firstHeld(ScriptedLane lane) {
        await("it is started", () -> !lane.held().isEmpty());
        return lane.held().get(0);
    }

    @Test
    void aCancelThatTheLaneRefusedLeavesTheRequestAlone() throws Exception {
        ControlBlock block = block(open(), 10, 0);
        provider.holdAll();
        io().write(block);

        assertThat(io().cancel(block)).isEqualTo(CancelResult.NOT_CANCELED);

        // The kernel may still say so later: it was not we who ended it.
        ScriptedLane lane = provider.lane();
        lane.release(firstHeld(lane), Script.Outcome.error(ECANCELED));
        provider.release();
        assertThat(success(block)).isEqualTo(10);
    }

    @ParameterizedTest
    @EnumSource(ScriptedProvider.Delivery.class)
    void aCompletionThatComesTwiceCountsOnce(ScriptedProvider.Delivery delivery) throws Exception {
        provider.delivery = delivery;
        provider.script(new Script() {
            @Override
            boolean deliversTwice(Transfer transfer) {
                return true;
            }
        });
        ControlBlock block = block(open(), 10, 0);
        AtomicInteger told = new AtomicInteger();
        CountDownLatch last = new CountDownLatch(100);
        block.sigEvent(SigEvent.call(n -> {
            told.incrementAndGet();
            last.countDown();
        }));

        for (int i = 0; i < 100; i++) {
            io().write(block);
            assertThat(success(block)).isEqualTo(10);
        }

        Bounded.await(last);
        await("every second one is counted", () -> count(STRAYS) == 100);
        assertThat(told).hasValue(100);
    }

    @Test
    void aCompletionThatWasNeverAskedForHasNoEffect() throws Exception {
        ControlBlock block = block(open(), 10, 0);
        provider.holdAll();
        io().write(block);
        ScriptedLane lane = provider.lane();
        long token = firstHeld(lane).token;

        lane.deliverStray(token + 1, 5);
        lane.deliverStray(token + (1L << 32), 5);
        lane.deliverStray(-1, 5);
        lane.deliverStray(Long.MAX_VALUE, -5);

        assertThat(io().error(block)).isEqualTo(Errno.EINPROGRESS);
        assertThat(count(STRAYS)).isEqualTo(4);
        provider.release();
        assertThat(success(block)).isEqualTo(10);
    }

    @Test
    void aCompletionOfABlocksFormerLifeDoesNotEndThePresentOne() throws Exception {
        ControlBlock block = block(open(), 10, 0);
        provider.holdAll();
        io().write(block);
        ScriptedLane lane = provider.lane();
        long former = firstHeld(lane).token;
        provider.release();
        success(block);
        provider.holdAll();
        io().write(block);

        lane.deliverStray(former, 3);

        assertThat(io().error(block)).isEqualTo(Errno.EINPROGRESS);
        assertThat(count(STRAYS)).isEqualTo(1);
        provider.release();
        assertThat(success(block)).isEqualTo(10);
    }

    @Test
    void aFullTransferGoesOnAfterShortCounts() throws Exception {
        provider.script(new Script() {
            @Override
            Outcome outcome(Transfer transfer) {
                return Outcome.atMost(3);
            }
        });
        AsyncFile file = open();

        Request<Long> write = file.writeFully(ByteBuffer.allocateDirect(10), 5);

        assertThat(write.await(Bounded.LIMIT)).isEqualTo(10);
        assertThat(scripted().log()).containsExactly("WRITE 5+3", "WRITE 8+3", "WRITE 11+3", "WRITE 14+1");
    }

    @ParameterizedTest
    @EnumSource(ScriptedProvider.Delivery.class)
    void aFullTransferOfManyShortCountsDoesNotExhaustTheStack(ScriptedProvider.Delivery delivery) throws Exception {
        provider.delivery = delivery;
        provider.script(new Script() {
            @Override
            Outcome outcome(Transfer transfer) {
                return Outcome.atMost(1);
            }
        });
        AsyncFile file = open();

        Request<Long> write = file.writeFully(ByteBuffer.allocateDirect(5000), 0);

        assertThat(write.await(Bounded.LIMIT)).isEqualTo(5000);
    }

    @Test
    void aControlBlockReportsAShortCountAsItIs() throws Exception {
        provider.script(firstEndsWith(1, Script.Outcome.atMost(4)));
        ControlBlock block = block(open(), 10, 0);

        io().write(block);

        assertThat(success(block)).isEqualTo(4);
    }

    @Test
    void anErrorByTextOnlyIsUnknownWithTheText() throws Exception {
        provider.script(firstEndsWith(1, Script.Outcome.text("Der Hund war es")));
        AsyncFile file = open();

        Request<Long> read = file.read(ByteBuffer.allocateDirect(10), 0);

        assertThat(Bounded.failure(read.toCompletableFuture())).hasMessageContaining("Der Hund war es");
    }
}
