package dev.penstock.aio.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.ListMode;
import dev.penstock.aio.Opcode;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.spi.ProviderSwitch;
import dev.penstock.aio.tck.Bounded;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the notification service is told by the engine, beyond what the TCK shows on every provider. */
class TellingTest extends EngineTest {
    private final RecordingTap tap = new RecordingTap();

    @BeforeEach
    void publishEverything() {
        configure("publish.all", true);
    }

    private void success(ControlBlock... blocks) throws AioException {
        for (ControlBlock block : blocks) {
            success(block);
        }
    }

    @Test
    void whoBeginsToListenWhileARequestIsInProgressIsToldOfItsEnd() throws Exception {
        AtomicInteger looks = new AtomicInteger();
        // The first look is outside the file's lock.
        tap.wanted = () -> looks.incrementAndGet() > 1;
        instance().tap(tap);
        ControlBlock block = block(open(), 10, 0);

        io().write(block);
        success(block);

        assertThat(tap.queueNs).hasSize(1);
    }

    @Test
    void anEntryOfAClosedFileIsRefusedAndNotTold() throws Exception {
        instance().tap(tap);
        AsyncFile closed = open();
        closed.close();
        ControlBlock refused = block(closed, 10, 0).opcode(Opcode.WRITE);
        ControlBlock accepted = block(open(), 10, 0).opcode(Opcode.WRITE);

        assertThatThrownBy(() -> io().list(ListMode.WAIT, new ControlBlock[] {refused, accepted}, SigEvent.none()))
                .isInstanceOf(AioException.class);

        assertThat(io().error(refused)).isEqualTo(Errno.EBADF);
        success(accepted);
        assertThat(tap.queueNs).hasSize(1);
    }

    // ---- times

    @Test
    void aRequestThatItsLaneIsHandedAtOnceHasWaitedForNothing() throws Exception {
        instance().tap(tap);
        ControlBlock block = block(open(), 10, 0);

        io().write(block);
        success(block);

        assertThat(tap.queueNs).containsExactly(0L);
    }

    @Test
    void aRequestThatFindsNoRoomInItsLaneHasWaitedForIt() throws Exception {
        provider.window = 1;
        instance().tap(tap);
        AsyncFile file = open();
        ControlBlock first = block(file, 10, 0);
        ControlBlock second = block(file, 10, 10);
        provider.holdAll();

        io().write(first);
        io().write(second);
        provider.release();
        success(first, second);

        assertThat(tap.queueNs).hasSize(2).first().isEqualTo(0L);
        assertThat(tap.queueNs.get(1)).isPositive();
    }

    @Test
    void anAppendHasWaitedForTheOneBeforeIt() throws Exception {
        instance().tap(tap);
        AsyncFile file = openToAppend();
        ControlBlock first = block(file, 10, 0);
        ControlBlock second = block(file, 10, 0);
        provider.holdAll();

        io().write(first);
        io().write(second);
        provider.release();
        success(first, second);

        assertThat(tap.queueNs).hasSize(2).first().isEqualTo(0L);
        assertThat(tap.queueNs.get(1)).isPositive();
    }

    @Test
    void aSyncAndWhatIsBehindATruncateHaveWaited() throws Exception {
        instance().tap(tap);
        AsyncFile file = open();
        ControlBlock write = block(file, 10, 0);
        ControlBlock sync = io().controlBlock().file(file);
        ControlBlock read = block(file, 10, 0);
        provider.holdAll();

        io().write(write);
        io().sync(SyncMode.FULL, sync);
        file.truncate(10);
        io().read(read);
        provider.release();
        success(write, sync, read);

        assertThat(tap.queueNs).hasSize(4).first().isEqualTo(0L);
        assertThat(tap.queueNs.subList(1, 4)).allMatch(ns -> ns > 0);
    }

    // ---- which locks are held

    @Test
    void requestsGoOnWhileTheServiceTakesItsTimeToLookAtTheirFile() throws Exception {
        AsyncFile file = open();
        CountDownLatch looking = new CountDownLatch(1);
        CountDownLatch looked = new CountDownLatch(1);
        tap.opening = () -> {
            looking.countDown();
            Bounded.await(looked);
        };
        FutureTask<Boolean> tapping = background(() -> {
            instance().tap(tap);
            return true;
        });
        Bounded.await(looking);

        FutureTask<Long> request = background(() -> {
            ControlBlock block = block(file, 10, 0);
            io().write(block);
            return success(block);
        });

        assertThat(Bounded.get(request)).isEqualTo(10);
        assertThat(tapping.isDone()).isFalse();
        looked.countDown();
        Bounded.get(tapping);
    }

    // ---- providers

    @Test
    void aProviderThatBreaksIsToldAsASwitch() throws Exception {
        ScriptedProvider other = new ScriptedProvider("other");
        open();
        instance().add(other, -1);
        instance().tap(tap);

        provider.backend().breakDown("said by the test");

        await("it is told", () -> !tap.switches.isEmpty());
        assertThat(tap.switches).map(ProviderSwitch::providers).containsExactly(List.of("other"));
    }

    @Test
    void theLastProviderThatBreaksIsToldAsASwitchToNone() throws Exception {
        open();
        instance().tap(tap);

        provider.backend().breakDown("said by the test");

        await("it is told", () -> !tap.switches.isEmpty());
        assertThat(tap.switches).map(ProviderSwitch::providers).containsExactly(List.of());
    }

    @Test
    void aProviderThatDoesNotStartIsToldAsASwitch() throws Exception {
        ScriptedProvider other = new ScriptedProvider("other");
        provider.startFailure = new AioException("start", Errno.ENOSYS);
        instance().add(other, -1);
        instance().tap(tap);

        open();

        await("it is told", () -> !tap.switches.isEmpty());
        assertThat(tap.switches).map(ProviderSwitch::providers).containsExactly(List.of("other"));
    }

    @Test
    void theOnlyProviderThatDoesNotStartIsToldAsASwitchToNone() throws Exception {
        provider.startFailure = new AioException("start", Errno.ENOSYS);
        instance().tap(tap);

        assertThatThrownBy(this::open).isInstanceOf(AioException.class);

        await("it is told", () -> !tap.switches.isEmpty());
        assertThat(tap.switches).map(ProviderSwitch::providers).containsExactly(List.of());
    }
}
