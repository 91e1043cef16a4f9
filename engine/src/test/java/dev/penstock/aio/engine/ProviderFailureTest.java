package dev.penstock.aio.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Lease;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.spi.OpenSpec;
import dev.penstock.aio.spi.Transfer;
import dev.penstock.aio.tck.Bounded;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A provider that throws where it must not: no request is lost, and no thread of a user or of ours dies of it. */
class ProviderFailureTest extends EngineTest {
    private static final class Thrown extends Error {
        private static final long serialVersionUID = 1L;

        Thrown() {
            super("thrown by the test", null, false, false);
        }
    }

    /** Throws so many times, and then no more. */
    private static final class Thrower {
        private final AtomicInteger left;

        Thrower(int times) {
            left = new AtomicInteger(times);
        }

        void call() {
            if (left.getAndDecrement() > 0) {
                throw new Thrown();
            }
        }

        boolean isSpent() {
            return left.get() <= 0;
        }
    }

    @Test
    void aRequestWhoseStageThrowsFails() throws Exception {
        Thrower thrower = new Thrower(1);
        provider.script(new Script() {
            @Override
            void staging(Transfer transfer) {
                thrower.call();
            }
        });
        AsyncFile file = open();
        ControlBlock failing = block(file, 10, 0);
        ControlBlock other = block(file, 10, 10);

        io().write(failing);
        io().write(other);

        assertThat(failure(failing)).isEqualTo(Errno.EIO);
        assertThat(success(other)).isEqualTo(10);
        assertThat(warnings()).contains("provider scripted failed in stage");
    }

    @Test
    void anAppendWhoseStageThrowsFailsAndTheNextOneGoesOn() throws Exception {
        Thrower thrower = new Thrower(1);
        provider.script(new Script() {
            @Override
            void staging(Transfer transfer) {
                if (transfer.length() == 2) {
                    thrower.call();
                }
            }
        });
        AsyncFile file = openToAppend();
        ControlBlock[] blocks = {block(file, 1, 0), block(file, 2, 0), block(file, 3, 0)};
        for (ControlBlock block : blocks) {
            io().write(block);
        }

        success(blocks[0]);
        assertThat(failure(blocks[1])).isEqualTo(Errno.EIO);
        success(blocks[2]);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5})
    void aFlushThatThrowsIsTriedAgain(int times) throws Exception {
        Thrower thrower = new Thrower(times);
        provider.script(new Script() {
            @Override
            void flushing() {
                thrower.call();
            }
        });
        ControlBlock block = block(open(), 10, 0);

        io().write(block);

        assertThat(success(block)).isEqualTo(10);
        assertThat(warnings()).contains("provider scripted failed in flush");
    }

    @Test
    void aFlushThatThrowsIsTriedAgainThoughNobodyWaits() throws Exception {
        Thrower thrower = new Thrower(3);
        provider.script(new Script() {
            @Override
            void flushing() {
                thrower.call();
            }
        });
        ControlBlock block = block(open(), 10, 0);

        io().write(block);

        awaitUndriven(block);
    }

    @Test
    void aCollectThatThrowsIsTriedAgain() throws Exception {
        Thrower thrower = new Thrower(3);
        provider.script(new Script() {
            @Override
            void collecting() {
                thrower.call();
            }
        });
        ControlBlock block = block(open(), 10, 0);

        io().write(block);

        assertThat(success(block)).isEqualTo(10);
        assertThat(warnings()).contains("provider scripted failed in collect");
    }

    @Test
    void aBlockThatThrowsEndsNoWaitOfAUser() throws Exception {
        Thrower thrower = new Thrower(3);
        provider.script(new Script() {
            @Override
            void blocking(long nanos) {
                thrower.call();
            }
        });
        ControlBlock block = block(open(), 10, 0);
        provider.holdAll();
        io().write(block);
        FutureTask<Boolean> waiter = background(() -> io().suspend(new ControlBlock[] {block}, Bounded.LIMIT));
        await("it threw", thrower::isSpent);

        provider.release();

        assertThat(Bounded.get(waiter)).isTrue();
        assertThat(warnings()).contains("provider scripted failed in block");
    }

    @Test
    void aBlockThatThrowsDoesNotEndTheKeeper() throws Exception {
        Thrower thrower = new Thrower(3);
        provider.script(new Script() {
            @Override
            void blocking(long nanos) {
                thrower.call();
            }
        });
        CountDownLatch told = new CountDownLatch(1);
        ControlBlock block = block(open(), 10, 0).sigEvent(SigEvent.call(n -> told.countDown()));
        provider.holdAll();
        io().write(block);
        await("it threw", thrower::isSpent);

        provider.release();

        Bounded.await(told);
    }

    @Test
    void aWakeThatThrowsDoesNotHurtWhoCancels() throws Exception {
        provider.window = 1;
        Thrower thrower = new Thrower(1);
        provider.script(new Script() {
            @Override
            void waking() {
                thrower.call();
            }
        });
        CountDownLatch told = new CountDownLatch(1);
        AsyncFile file = open();
        provider.holdAll();
        io().write(block(file, 10, 0));
        ControlBlock waiting = block(file, 10, 10).sigEvent(SigEvent.call(n -> told.countDown()));
        io().write(waiting);
        FutureTask<Boolean> waiter = background(() -> io().suspend(new ControlBlock[] {waiting}, Bounded.LIMIT));
        await("somebody blocks", provider.lane()::isBlocked);

        assertThat(io().cancel(waiting)).isEqualTo(CancelResult.CANCELED);

        Bounded.await(told);
        assertThat(Bounded.get(waiter)).isTrue();
    }

    @Test
    void aCancelThatThrowsIsNoCancel() throws Exception {
        Thrower thrower = new Thrower(1);
        provider.script(new Script() {
            @Override
            void canceling() {
                thrower.call();
            }
        });
        ControlBlock block = block(open(), 10, 0);
        provider.holdAll();
        io().write(block);

        assertThat(io().cancel(block)).isEqualTo(CancelResult.NOT_CANCELED);

        provider.release();
        assertThat(success(block)).isEqualTo(10);
        assertThat(warnings()).contains("provider scripted failed in cancel");
    }

    @Test
    void aHelpThatThrowsEndsNoWaitOfAUser() throws Exception {
        provider.delivery = ScriptedProvider.Delivery.PUSHED;
        Thrower thrower = new Thrower(1);
        provider.script(new Script() {
            @Override
            void helping() {
                thrower.call();
            }
        });
        ControlBlock block = block(open(), 10, 0);
        provider.holdAll();
        io().write(block);
        FutureTask<Boolean> waiter = background(() -> io().suspend(new ControlBlock[] {block}, Bounded.LIMIT));
        await("it threw", thrower::isSpent);

        provider.release();

        assertThat(Bounded.get(waiter)).isTrue();
        assertThat(warnings()).contains("provider scripted failed in help");
    }

    @Test
    void anOpenThatThrowsIsAnErrorOfThatOpenOnly() throws Exception {
        Thrower thrower = new Thrower(1);
        provider.script(new Script() {
            @Override
            void opening(OpenSpec spec) {
                thrower.call();
            }
        });

        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        AioException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EIO));

        ControlBlock block = block(open(), 10, 0);
        io().write(block);
        assertThat(success(block)).isEqualTo(10);
        assertThat(warnings()).contains("provider scripted failed in open");
    }

    @Test
    void theErrnoOfAnOpenIsPassedOn() {
        provider.script(new Script() {
            @Override
            void opening(OpenSpec spec) throws AioException {
                throw new AioException("open " + spec.path(), Errno.EMFILE);
            }
        });

        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        AioException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EMFILE));
    }

    @Test
    void aCloseThatThrowsIsAnErrorOfThatClose() throws Exception {
        Thrower thrower = new Thrower(1);
        provider.script(new Script() {
            @Override
            void closingFile() {
                thrower.call();
            }
        });
        AsyncFile file = open();

        assertThatThrownBy(file::close)
                .isInstanceOfSatisfying(
                        AioException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EIO));
        assertThat(file.isOpen()).isFalse();
        assertThat(warnings()).contains("provider scripted failed in close");
    }

    @Test
    void aBackendWhoseCloseThrowsDoesNotKeepTheInstanceFromStopping() throws Exception {
        provider.script(new Script() {
            @Override
            void closingBackend() {
                throw new Thrown();
            }
        });
        open();

        instance().stop();

        assertThat(instance().files()).isEmpty();
        assertThat(warnings()).contains("provider scripted failed in close");
    }

    @Test
    void aRegistrationThatThrowsCostsNobodyHisLease() throws Exception {
        open();
        provider.script(new Script() {
            @Override
            void registering() {
                throw new Thrown();
            }
        });

        try (Lease lease = io().lease(100)) {
            assertThat(lease.buffer().remaining()).isEqualTo(100);
        }
        assertThat(warnings()).contains("provider scripted failed in register");
    }

    @Test
    void aRegistrationThatThrowsAtTheStartDoesNotMakeTheProviderUnavailable() throws Exception {
        provider.script(new Script() {
            @Override
            void registering() {
                throw new Thrown();
            }
        });
        try (Lease lease = io().lease(100)) {
            ControlBlock block = block(open(), 10, 0).lease(lease);
            io().write(block);
            assertThat(success(block)).isEqualTo(100);
        }
    }
}
