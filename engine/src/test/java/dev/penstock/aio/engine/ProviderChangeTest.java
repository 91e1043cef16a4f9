package dev.penstock.aio.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.ProviderInfo;
import dev.penstock.aio.ProviderState;
import dev.penstock.aio.Request;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.spi.Backend;
import dev.penstock.aio.spi.BackendEnvironment;
import dev.penstock.aio.spi.Capability;
import dev.penstock.aio.spi.OpenSpec;
import dev.penstock.aio.spi.Probe;
import dev.penstock.aio.tck.Bounded;
import java.nio.ByteBuffer;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Providers that come, go, break and cannot be used. */
class ProviderChangeTest extends EngineTest {
    private void assertOpenAnswers(Errno errno) {
        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        AioException.class, e -> assertThat(e.errno()).isEqualTo(errno));
    }

    private List<String> names() {
        return io().providers().stream().map(ProviderInfo::name).toList();
    }

    private ProviderInfo info(String name) {
        return io().providers().stream()
                .filter(info -> info.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    // ---- choosing

    @Test
    void withoutAProviderAnOpenAnswersEnxio() throws Exception {
        AsyncIo io = bare().user("nobody");

        assertThat(bare().isUsable()).isFalse();
        assertThatThrownBy(() -> io.open(newPath(), StandardOpenOption.READ))
                .isInstanceOfSatisfying(
                        AioException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENXIO));
        assertThatThrownBy(io::provider)
                .isInstanceOfSatisfying(
                        AioException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENXIO));
    }

    @Test
    void theBestRankedProviderThatIsAvailableIsActive() throws Exception {
        ScriptedProvider better = new ScriptedProvider("better");
        ScriptedProvider best = new ScriptedProvider("best");
        best.probe = Probe.unavailable("no such kernel", "install one");
        instance().add(better, 10);
        instance().add(best, 20);

        assertThat(io().provider().name()).isEqualTo("better");
        assertThat(names()).containsExactly("best", "better", "scripted");
        assertThat(info("best").state()).isEqualTo(ProviderState.UNAVAILABLE);
        assertThat(info("best").reason()).isEqualTo("no such kernel");
        assertThat(info("best").remedy()).isEqualTo("install one");
        assertThat(info("better").state()).isEqualTo(ProviderState.ACTIVE);
        assertThat(info("scripted").state()).isEqualTo(ProviderState.STANDBY);
        assertThat(best.backends()).isEmpty();
    }

    @Test
    void aProviderWhoseProbeThrowsIsListedWithTheReason() {
        ScriptedProvider broken = new ScriptedProvider("broken") {
            @Override
            public Probe probe() {
                throw new UnsatisfiedLinkError("no library");
            }
        };
        instance().add(broken, 10);

        assertThat(info("broken").state()).isEqualTo(ProviderState.UNAVAILABLE);
        assertThat(info("broken").reason()).contains("no library");
    }

    @Test
    void aProviderThatDoesNotStartIsPassedOver() throws Exception {
        ScriptedProvider broken = new ScriptedProvider("broken");
        broken.startFailure = new AioException("start", Errno.ENOMEM);
        instance().add(broken, 10);

        assertThat(io().provider().name()).isEqualTo("scripted");

        assertThat(info("broken").reason()).contains("ENOMEM");
    }

    @Test
    void aProviderThatDidNotStartIsTriedAgainLater() throws Exception {
        AtomicInteger starts = new AtomicInteger();
        provider.starting = starts::incrementAndGet;
        provider.startFailure = new AioException("start", Errno.ENOMEM);
        long sinceNs = System.nanoTime();
        for (int i = 0; i < 100; i++) {
            assertOpenAnswers(Errno.ENXIO);
        }
        long seconds = (System.nanoTime() - sinceNs) / KnownProvider.RESTART_NS;
        assertThat(starts.get()).isBetween(1, 1 + (int) seconds);
        provider.startFailure = null;

        assertThat(info("scripted").state()).isEqualTo(ProviderState.UNAVAILABLE);
        assertThat(info("scripted").reason()).contains("ENOMEM");
        await("it is started again", () -> {
            try {
                return open().isOpen();
            } catch (AioException e) {
                return false;
            }
        });

        assertThat(info("scripted").state()).isEqualTo(ProviderState.ACTIVE);
        assertThat(info("scripted").reason()).isEmpty();
    }

    @Test
    void aBackendThatBreaksInItsStartOpensNoFiles() throws Exception {
        ScriptedProvider broken = new ScriptedProvider("broken") {
            @Override
            public Backend start(BackendEnvironment environment) throws AioException {
                environment.broken("the ring is gone");
                return super.start(environment);
            }
        };
        instance().add(broken, 10);

        open();

        assertThat(broken.backend().files()).isEmpty();
        assertThat(io().provider().name()).isEqualTo("scripted");
        assertThat(info("broken").state()).isEqualTo(ProviderState.UNAVAILABLE);
        assertThat(info("broken").reason()).isEqualTo("the ring is gone");
    }

    @Test
    void anOpenWhileTheBestProviderLeavesGoesToTheNext() throws Exception {
        instance();
        ScriptedProvider better = new ScriptedProvider("better");
        AtomicInteger opened = new AtomicInteger();
        FutureTask<Boolean> opener = background(() -> {
            while (opened.incrementAndGet() < 500) {
                open().closeAsync();
            }
            return true;
        });

        while (!opener.isDone()) {
            instance().add(better, 10);
            instance().remove(better);
        }

        assertThat(Bounded.get(opener)).isTrue();
        assertThat(better.violations()).isEmpty();
    }

    @Test
    void newFilesGoToABetterProviderAndOldOnesStay() throws Exception {
        AsyncFile old = open();
        ScriptedProvider better = new ScriptedProvider("better");
        instance().add(better, 10);

        open();
        assertThat(old.write(ByteBuffer.allocate(10), 0).await(Bounded.LIMIT)).isEqualTo(10);

        assertThat(provider.backend().files()).hasSize(1);
        assertThat(better.backend().files()).hasSize(1);
    }

    @Test
    void aChangedRankingChangesWhoIsActive() throws Exception {
        ScriptedProvider other = new ScriptedProvider("other");
        instance().add(other, -1);
        assertThat(io().provider().name()).isEqualTo("scripted");

        instance().rank(other, 1);

        assertThat(io().provider().name()).isEqualTo("other");
    }

    @Test
    void anInstanceConfiguredForOneProviderUsesNoOther() throws Exception {
        configure("provider", "chosen");
        instance();
        assertOpenAnswers(Errno.ENXIO);

        instance().add(new ScriptedProvider("chosen"), -10);

        assertThat(io().provider().name()).isEqualTo("chosen");
        assertThat(info("scripted").reason()).contains("configured for provider chosen");
    }

    @Test
    void whatAProviderDoesNotClaimIsRefusedAtOpen() {
        provider.probe = Probe.available(EnumSet.of(Capability.APPEND));

        assertThatThrownBy(() -> io().open(newPath(), StandardOpenOption.WRITE, StandardOpenOption.DSYNC))
                .isInstanceOfSatisfying(AioException.class, e -> {
                    assertThat(e.errno()).isEqualTo(Errno.EOPNOTSUPP);
                    assertThat(e).hasMessageContaining("DSYNC");
                });
    }

    @Test
    void aBrokenBackendOpensNoMoreFiles() throws Exception {
        AsyncFile file = open();

        provider.backend().breakDown("the ring is gone");

        assertThat(info("scripted").state()).isEqualTo(ProviderState.UNAVAILABLE);
        assertThat(info("scripted").reason()).isEqualTo("the ring is gone");
        assertOpenAnswers(Errno.ENXIO);
        assertThat(file.write(ByteBuffer.allocate(10), 0).await(Bounded.LIMIT)).isEqualTo(10);
    }

    // ---- leaving

    @Test
    void whenAProviderLeavesTheQueuedEndWithEstaleAndTheRunningOnesByThemselves() throws Exception {
        provider.window = 2;
        AsyncFile file = open();
        ControlBlock[] blocks = new ControlBlock[6];
        provider.holdAll();
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = block(file, 10, 10L * i);
            io().write(blocks[i]);
        }
        Request<Void> sync = file.sync(SyncMode.FULL);
        await("two run", () -> provider.lane().held().size() == 2);

        FutureTask<Void> leaving = background(() -> {
            instance().remove(provider);
            return null;
        });
        for (int i = 2; i < blocks.length; i++) {
            assertThat(failure(blocks[i])).isEqualTo(Errno.ESTALE);
        }
        assertThat(Bounded.failure(sync.toCompletableFuture())).hasMessageContaining("ESTALE");
        assertThat(leaving.isDone()).isFalse();
        provider.release();

        Bounded.get(leaving);
        assertThat(success(blocks[0])).isEqualTo(10);
        assertThat(success(blocks[1])).isEqualTo(10);
        assertThat(provider.backend().isClosed()).isTrue();
        assertThat(scripted().isClosed()).isTrue();
    }

    @Test
    void aFileWhoseProviderLeftAnswersEstaleAndCanBeClosed() throws Exception {
        AsyncFile file = open();
        instance().remove(provider);
        ControlBlock block = block(file, 10, 0);

        io().write(block);

        assertThat(failure(block)).isEqualTo(Errno.ESTALE);
        assertThat(Bounded.failure(file.size().toCompletableFuture())).hasMessageContaining("ESTALE");
        file.close();
        assertThat(instance().files()).isEmpty();
        assertOpenAnswers(Errno.ENXIO);
    }

    @Test
    void aProviderThatNeverFinishesIsLeftRunningAndReported() throws Exception {
        configure("close.timeout.ms", 50);
        ControlBlock block = block(open(), 10, 0);
        provider.holdAll();
        io().write(block);

        instance().remove(provider);

        assertThat(provider.backend().isClosed()).isFalse();
        assertThat(scripted().isClosed()).isFalse();
        assertThat(warnings()).anyMatch(warning -> warning.contains("do not end"));
        assertThat(io().error(block)).isEqualTo(Errno.EINPROGRESS);
    }

    @Test
    void anOpenThatIsUnderWayWhileItsProviderLeavesGivesAFileThatAnswers() throws Exception {
        CountDownLatch opening = new CountDownLatch(1);
        CountDownLatch left = new CountDownLatch(1);
        provider.script(new Script() {
            @Override
            void opening(OpenSpec spec) {
                opening.countDown();
                Bounded.await(left);
            }
        });
        io();
        FutureTask<Object> open = background(() -> {
            try {
                AsyncFile file = open();
                ControlBlock block = block(file, 10, 0);
                io().write(block);
                io().suspend(new ControlBlock[] {block}, Bounded.LIMIT);
                return io().error(block);
            } catch (AioException e) {
                return e.errno();
            }
        });
        Bounded.await(opening);
        FutureTask<Void> leaving = background(() -> {
            instance().remove(provider);
            return null;
        });
        await("it is no longer listed", () -> names().isEmpty());
        left.countDown();

        // It may have been quicker than the provider.
        assertThat(Bounded.get(open)).isIn(Errno.SUCCESS, Errno.ESTALE, Errno.ENXIO);
        Bounded.get(leaving);
    }

    @Test
    void aLeaseThatIsTakenWhileAProviderStartsIsNotADeadlock() throws Exception {
        CountDownLatch starting = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        provider.starting = () -> {
            starting.countDown();
            Bounded.await(go);
        };
        io();
        FutureTask<AsyncFile> open = background(this::open);
        Bounded.await(starting);
        Thread[] leaser = new Thread[1];
        FutureTask<Boolean> lease = background(() -> {
            leaser[0] = Thread.currentThread();
            io().lease(100).close();
            return true;
        });
        await(
                "the lease is taken or waits",
                () -> lease.isDone() || (leaser[0] != null && leaser[0].getState() == Thread.State.BLOCKED));

        go.countDown();

        assertThat(Bounded.get(open).isOpen()).isTrue();
        assertThat(Bounded.get(lease)).isTrue();
        assertThat(provider.backend().slabs()).hasSize(1);
    }

    @Test
    void theEndOfTheInstanceTakesTheTimeOfOneCloseHoweverManyUsersAreStuck() throws Exception {
        provider.window = 32;
        configure("close.timeout.ms", 500);
        provider.holdAll();
        instance();
        for (int i = 0; i < 20; i++) {
            AsyncIo user = instance().user("bundle " + i);
            user.open(newPath(), StandardOpenOption.WRITE).write(ByteBuffer.allocateDirect(8), 0);
        }

        long sinceNs = System.nanoTime();
        instance().stop();

        assertThat(System.nanoTime() - sinceNs)
                .as("ns; one after the other: 10 s")
                .isLessThan(6_000_000_000L);
        assertThat(warnings())
                .filteredOn(warning -> warning.contains(" stopped, and its "))
                .hasSize(20);
        provider.release();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void theEndOfTheInstanceEndsWhatIsQueuedAndLeavesNothing(int lanes) throws Exception {
        provider.lanes = lanes;
        provider.window = 2;
        List<ControlBlock> blocks = new ArrayList<>();
        AsyncFile file = open();
        provider.holdAll();
        for (int i = 0; i < 8; i++) {
            ControlBlock block = block(file, 10, 10L * i);
            io().write(block);
            blocks.add(block);
        }
        FutureTask<Void> stopping = background(() -> {
            instance().stop();
            return null;
        });

        await(
                "the queued ones are canceled",
                () -> blocks.stream().filter(ControlBlock::isBusy).count() == 2);
        provider.release();

        Bounded.get(stopping);
        for (ControlBlock block : blocks) {
            assertThat(io().error(block)).isIn(Errno.SUCCESS, Errno.ECANCELED);
        }
        assertThat(provider.backend().isClosed()).isTrue();
        assertThatThrownBy(() -> io().write(block(file, 10, 0)))
                .isInstanceOfSatisfying(
                        AioException.class, e -> assertThat(e.errno()).isIn(Errno.ENXIO, Errno.EBADF));
    }
}
