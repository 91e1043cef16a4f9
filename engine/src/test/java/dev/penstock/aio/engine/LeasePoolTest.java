package dev.penstock.aio.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Lease;
import dev.penstock.aio.tck.Bounded;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Leases: whose they are, where they lie, what they cost, and what a provider is told of them. */
class LeasePoolTest extends EngineTest {
    private static final int PAGE = LeasePool.PAGE_BYTES;

    private static void fill(ByteBuffer buffer, int value) {
        for (int i = 0; i < buffer.capacity(); i++) {
            buffer.put(i, (byte) value);
        }
    }

    private static boolean holds(ByteBuffer buffer, int value) {
        for (int i = 0; i < buffer.capacity(); i++) {
            if (buffer.get(i) != (byte) value) {
                return false;
            }
        }
        return true;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 4096, 5000, 65536, 1 << 20, (1 << 20) + 1})
    void aLeaseIsDirectPageAlignedAndAsLongAsAskedFor(int bytes) throws Exception {
        try (Lease lease = io().lease(bytes);
                Lease other = io().lease(bytes)) {
            for (Lease each : List.of(lease, other)) {
                assertThat(each.buffer().isDirect()).isTrue();
                assertThat(each.buffer().alignmentOffset(0, PAGE)).isZero();
                assertThat(each.buffer().remaining()).isEqualTo(bytes);
                assertThat(each.capacity()).isEqualTo(bytes);
            }
            fill(lease.buffer(), 1);
            fill(other.buffer(), 2);
            assertThat(holds(lease.buffer(), 1)).isTrue();
        }
    }

    @Test
    void memoryThatGoesToAnotherUserIsZeroedFirst() throws Exception {
        AsyncIo other = instance().user("another");
        List<Lease> mine = new ArrayList<>();
        for (int i = 0; i < 256; i++) {
            mine.add(io().lease(PAGE));
        }
        for (Lease lease : mine) {
            fill(lease.buffer(), 7);
            lease.close();
        }

        for (int i = 0; i < 256; i++) {
            assertThat(holds(other.lease(PAGE).buffer(), 0)).isTrue();
        }
    }

    @Test
    void alsoTheTailBehindAShorterLeaseIsZeroedForAnotherUser() throws Exception {
        AsyncIo other = instance().user("another");
        Lease mine = io().lease(PAGE);
        fill(mine.buffer(), 7);
        mine.close();
        other.lease(10).close();

        Lease whole = other.lease(PAGE);

        assertThat(holds(whole.buffer(), 0)).isTrue();
    }

    @Test
    void memoryThatComesBackToItsUserIsUsedAgain() throws Exception {
        Lease first = io().lease(PAGE);
        int slab = ((PooledLease) first).slab().id();
        first.close();

        for (int i = 0; i < 1000; i++) {
            Lease again = io().lease(PAGE);
            assertThat(((PooledLease) again).slab().id()).isEqualTo(slab);
            again.close();
        }
    }

    @Test
    void theBudgetOfAUserCountsWhatIsRoundedUpAndComesBack() throws Exception {
        configure("max.leased.bytes", 4 * PAGE);
        Lease three = io().lease(2 * PAGE + 1);

        assertThatThrownBy(() -> io().lease(1))
                .isInstanceOfSatisfying(
                        AioException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EAGAIN));
        three.close();
        List<Lease> four = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            four.add(io().lease(1));
        }

        assertThat(four).hasSize(4);
        assertThat(instance().user("another").lease(4 * PAGE).capacity()).isEqualTo(4 * PAGE);
    }

    @Test
    void aBackendThatStartsLaterIsToldOfTheSlabsThereAre() throws Exception {
        Lease lease = io().lease(PAGE);
        Lease large = io().lease(3 << 20);
        open();

        assertThat(provider.backend().slabs()).hasSize(2);
        ScriptedProvider better = new ScriptedProvider("better");
        instance().add(better, 10);
        open();
        assertThat(better.backend().slabs()).isEqualTo(provider.backend().slabs());

        large.close();
        assertThat(provider.backend().slabs()).hasSize(1);
        assertThat(better.backend().slabs()).hasSize(1);
        lease.close();
        assertThat(provider.backend().slabs()).hasSize(1);
        assertThat(better.violations()).isEmpty();
    }

    /** Blocks in a call until the test lets it go. */
    private static final class Stop implements Runnable {
        final CountDownLatch reached = new CountDownLatch(1);
        final CountDownLatch go = new CountDownLatch(1);

        @Override
        public void run() {
            reached.countDown();
            Bounded.await(go);
        }
    }

    @Test
    void noLeaseWaitsForAProviderThatStarts() throws Exception {
        open();
        ScriptedProvider better = new ScriptedProvider("better");
        Stop start = new Stop();
        better.starting = start;
        instance().add(better, 10);
        FutureTask<AsyncFile> open = background(this::open);
        Bounded.await(start.reached);

        Lease small = Bounded.get(background(() -> io().lease(PAGE)));
        Lease large = Bounded.get(background(() -> io().lease(3 << 20)));
        Bounded.get(background(() -> {
            io().lease(2 << 20).close();
            return true;
        }));

        assertThat(open.isDone()).isFalse();
        assertThat(provider.backend().slabs()).hasSize(2);
        start.go.countDown();
        Bounded.get(open);
        assertThat(better.backend().slabs()).isEqualTo(provider.backend().slabs());
        large.close();
        small.close();
        assertThat(better.backend().slabs()).hasSize(1);
        assertThat(better.violations()).isEmpty();
    }

    @Test
    void aFreeChunkIsLentWhileASlabIsMadeKnown() throws Exception {
        open();
        io().lease(PAGE).close();
        Stop registration = new Stop();
        provider.script(new Script() {
            @Override
            void registering() {
                registration.run();
            }
        });
        FutureTask<Lease> large = background(() -> io().lease(3 << 20));
        Bounded.await(registration.reached);

        Lease small = Bounded.get(background(() -> io().lease(PAGE)));

        assertThat(small.capacity()).isEqualTo(PAGE);
        assertThat(large.isDone()).isFalse();
        registration.go.countDown();
        Bounded.get(large);
    }

    @Test
    void aSlabThatIsGivenUpWhileABackendLearnsOfItIsForgotten() throws Exception {
        Lease large = io().lease(3 << 20);
        Stop registration = new Stop();
        provider.script(new Script() {
            @Override
            void registering() {
                registration.run();
            }
        });
        FutureTask<AsyncFile> open = background(this::open);
        Bounded.await(registration.reached);

        Bounded.get(background(() -> {
            large.close();
            return true;
        }));
        registration.go.countDown();

        Bounded.get(open);
        assertThat(provider.backend().slabs()).isEmpty();
    }

    @Test
    void whatAUserLeftIsTakenBackAtHisEndAndWhatARequestBorrowsWhenThatHasEnded() throws Exception {
        AsyncIo user = instance().user("a bundle");
        Lease idle = user.lease(PAGE);
        Lease borrowed = user.lease(PAGE);
        configure("close.timeout.ms", 50);
        ControlBlock block = user.controlBlock()
                .file(user.open(newPath(), java.nio.file.StandardOpenOption.WRITE))
                .lease(borrowed);
        provider.holdAll();
        user.write(block);

        instance().endUser(user);

        assertThatThrownBy(idle::buffer).isInstanceOf(IllegalStateException.class);
        assertThat(borrowed.isBorrowed()).isTrue();
        assertThatThrownBy(borrowed::close).isInstanceOf(IllegalStateException.class);
        assertThat(warnings()).anyMatch(warning -> warning.contains("a bundle stopped"));
        provider.release();
        await("both are taken back", () -> ((Consumer) user).leases().bytes() == 0);
        assertThatThrownBy(borrowed::buffer).isInstanceOf(IllegalStateException.class);
        borrowed.close();
        assertAWholeSlabIsFree();
    }

    @Test
    void aLeaseThatIsTakenWhileItsUserEndsIsRefusedAndTakenBack() throws Exception {
        open();
        AsyncIo user = instance().user("a bundle");
        provider.script(new Script() {
            @Override
            void registering() {
                instance().endUser(user);
            }
        });

        assertThatThrownBy(() -> user.lease(PAGE))
                .isInstanceOfSatisfying(
                        AioException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENXIO));

        assertAWholeSlabIsFree();
    }

    /** Of the slab that was made first every page can be leased. */
    private void assertAWholeSlabIsFree() throws AioException {
        for (int i = 0; i < 256; i++) {
            assertThat(((PooledLease) io().lease(PAGE)).slab().id()).isZero();
        }
    }

    @Test
    void aTransferOfALeaseNamesItsSlabAndPlace() throws Exception {
        io().lease(PAGE);
        Lease lease = io().lease(PAGE);
        lease.buffer().position(100);
        ControlBlock block = io().controlBlock().file(open()).lease(lease);
        provider.holdAll();
        io().write(block);
        // By the keeper, if it looked just then.
        await("it is started", () -> provider.lane().held().size() == 1);

        ScriptedLane.Entry entry = provider.lane().held().get(0);

        assertThat(entry.transfer.slab()).isSameAs(((PooledLease) lease).slab());
        assertThat(entry.transfer.slabOffset()).isEqualTo(((PooledLease) lease).slabOffset() + 100);
        assertThat(entry.transfer.length()).isEqualTo(PAGE - 100);
    }

    /** Who closes while the last request gives it back either is refused or has released it. */
    @Test
    void aCloseThatSucceedsHasReleasedAlsoWhileItIsGivenBack() throws Exception {
        AtomicReference<PooledLease> given = new AtomicReference<>();
        AtomicInteger givenBack = new AtomicInteger();
        int rounds = 20_000;
        FutureTask<Boolean> other = background(() -> {
            while (givenBack.get() < rounds && !Thread.currentThread().isInterrupted()) {
                PooledLease lease = given.getAndSet(null);
                if (lease != null) {
                    lease.giveBack();
                    givenBack.incrementAndGet();
                }
            }
            return true;
        });
        for (int round = 1; round <= rounds; round++) {
            PooledLease lease = (PooledLease) io().lease(PAGE);
            assertThat(lease.borrow()).isTrue();
            given.set(lease);
            boolean closed = true;
            try {
                lease.close();
            } catch (IllegalStateException borrowed) {
                closed = false;
            }
            assertThat(!closed || lease.isReleased()).as("round %d", round).isTrue();
            while (givenBack.get() < round) {
                Thread.onSpinWait();
            }
            lease.close();
        }
        assertThat(Bounded.get(other)).isTrue();
    }
}
