package dev.penstock.aio.tck;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Request;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.spi.TransferKind;
import dev.penstock.aio.tck.system.ForeignArena;
import dev.penstock.aio.tck.system.ForeignArena.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Buffers over memory that its owner may close, or keep to one thread: harmless at any moment, EFAULT at worst.
 * Before Java 22 there are none, and these tests are reported as not run.
 */
class ArenaContractTest extends TckTest {
    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"SHARED", "AUTO", "GLOBAL"})
    @Asserts("JDK-AsyncSeg-basic")
    void memoryOpenToEveryThreadIsMovedAsAnyOther(Kind kind) throws IOException {
        AsyncFile file = newFile("f");
        ForeignArena arena = ForeignArena.open(kind);
        ByteBuffer ten = Pattern.fill(arena.buffer(10), 1, 0);

        assertEquals(10, answer(file.write(ten, 0)));
        ten.put(0, new byte[10]);
        assertEquals(10, answer(file.read(ten, 0)));
        Pattern.check(ten, 1, 0);

        List<ByteBuffer> sources = new ArrayList<>();
        List<ByteBuffer> targets = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            sources.add(Pattern.fill(mixed(i, arena), 2, 10L * i));
            targets.add(mixed(i + 1, arena));
        }
        assertEquals(160, answer(file.write(sources.toArray(new ByteBuffer[0]), 0)));
        assertEquals(160, answer(file.read(targets.toArray(new ByteBuffer[0]), 0)));
        for (int i = 0; i < 16; i++) {
            Pattern.check(targets.get(i), 2, 10L * i);
        }
        if (kind == Kind.SHARED) {
            arena.close();
        }
    }

    private static ByteBuffer mixed(int i, ForeignArena arena) {
        return switch (i % 3) {
            case 0 -> ByteBuffer.allocate(10);
            case 1 -> ByteBuffer.allocateDirect(10);
            default -> arena.buffer(10);
        };
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"SHARED", "CONFINED"})
    @Asserts("FBSD-aio_writev_efault")
    void memoryThatIsClosedIsEFAULTAtTheCall(Kind kind) throws IOException {
        AsyncFile file = open(fileOf("f", 100), READ, WRITE);
        ByteBuffer closed;
        ControlBlock block;
        try (ForeignArena arena = ForeignArena.open(kind)) {
            closed = arena.buffer(10);
            block = block(file, closed, 0);
        }
        List<TransferRecord> records = faults().record();

        assertRefused(block);
        assertRefused(block(file, closed, 0));
        expectFailure(Errno.EFAULT, file.read(closed, 0));
        expectFailure(Errno.EFAULT, file.write(closed, 0));
        expectFailure(Errno.EFAULT, file.readFully(closed, 0));
        expectFailure(Errno.EFAULT, file.writeFully(closed, 0));
        ByteBuffer[] one = {ByteBuffer.allocate(10), closed};
        expectFailure(Errno.EFAULT, file.read(one, 0));
        expectFailure(Errno.EFAULT, file.write(one, 0));

        assertEquals(List.of(), records);
        Pattern.checkFile(path("f"), 0, 100);
    }

    private void assertRefused(ControlBlock block) {
        expectErrno(Errno.EFAULT, () -> io().read(block));
        expectErrno(Errno.EFAULT, () -> io().write(block));
        assertFalse(block.isBusy());
        assertEquals(0, block.sequence());
    }

    @Test
    @Asserts("JDK-AsyncSeg-confined")
    void memoryConfinedToAnotherThreadIsEFAULTAtTheCall() throws IOException {
        AsyncFile file = open(fileOf("f", 100), READ, WRITE);
        try (ForeignArena arena = ForeignArena.open(Kind.CONFINED)) {
            ByteBuffer confined = arena.buffer(10);
            ControlBlock block = block(file, confined, 0);

            Bounded.get(background(() -> {
                assertRefused(block);
                expectFailure(Errno.EFAULT, file.read(confined, 0));
                return expectFailure(Errno.EFAULT, file.write(confined, 0));
            }));

            assertEquals(ByteBuffer.allocate(10), confined);
        }
        Pattern.checkFile(path("f"), 0, 100);
    }

    @Test
    @Asserts("JDK-AsyncSeg-confined")
    void memoryConfinedToTheCallerIsMovedOrIsEFAULTButNeverHangs() throws IOException {
        AsyncFile file = open(fileOf("f", 100), READ, WRITE);
        try (ForeignArena arena = ForeignArena.open(Kind.CONFINED)) {
            ByteBuffer confined = arena.buffer(10);
            for (int i = 0; i < 100; i++) {
                Pattern.fill(confined, 0, 0);
                if (isMoved(10, file.write(confined, 0))) {
                    Pattern.checkFile(path("f"), 0, 100);
                }
                confined.put(0, new byte[10]);
                boolean isMoved = isMoved(10, file.read(confined, 0));
                Pattern.check(isMoved ? confined : ByteBuffer.wrap(new byte[0]), 0, 0);
            }
        }
        assertEquals(100, answer(file.read(ByteBuffer.allocate(100), 0)));
    }

    /** Answers whether all was moved; the one other end there may be is EFAULT. */
    private static boolean isMoved(int bytes, Request<Long> request) {
        try {
            assertEquals(bytes, answer(request));
            return true;
        } catch (AioException e) {
            assertEquals(Errno.EFAULT, e.errno());
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"READ", "WRITE"})
    void memoryClosedBetweenStartAndTransferEndsTheRequestWithEFAULT(TransferKind kind) throws IOException {
        AsyncFile file = open(fileOf("f", 100), READ, WRITE);
        boolean isRead = kind == TransferKind.READ;
        Hold hold = hold(kind);
        Told told = new Told();
        ControlBlock block;
        Request<Long> request;
        try (ForeignArena arena = ForeignArena.open(Kind.SHARED)) {
            block = block(file, arena.buffer(10), 0).sigEvent(SigEvent.call(told));
            ByteBuffer buffer = arena.buffer(10);
            if (isRead) {
                io().read(block);
            } else {
                io().write(block);
            }
            request = isRead ? file.read(buffer, 0) : file.write(buffer, 0);
            hold.awaitHeld(2);
        }

        hold.release();

        failure(Errno.EFAULT, block);
        expectFailure(Errno.EFAULT, request);
        assertEquals(Errno.EFAULT, told.awaitOne().error());
        told.assertCount(1);
        Pattern.checkFile(path("f"), 0, 100);
        assertEquals(100, answer(file.read(ByteBuffer.allocate(100), 0)));
        assertEquals(100, answer(file.write(Pattern.heap(100, 0, 0), 0)));
        assertFalse(file.isPoisoned());
    }

    @Test
    void memoryClosedWhileTheRequestIsQueuedEndsItWithEFAULT() throws IOException {
        UnderTest narrow = start(Map.of("window", 1));
        AsyncFile file = narrow.io().open(fileOf("f", 100), READ);
        Hold hold = narrow.faults().hold(Faults.kind(TransferKind.READ));
        Request<Long> running = file.read(ByteBuffer.allocate(100), 0);
        hold.awaitHeld(1);
        Request<Long> queued;
        try (ForeignArena arena = ForeignArena.open(Kind.SHARED)) {
            queued = file.read(arena.buffer(100), 0);
        }
        Request<Long> behind = file.read(ByteBuffer.allocate(100), 0);

        hold.release();

        assertEquals(100, answer(running));
        expectFailure(Errno.EFAULT, queued);
        assertEquals(100, answer(behind));
    }

    @Test
    @Asserts("JDK-AsyncSeg-close-write")
    void anArenaCanBeClosedWhenItsRequestsAreDone() throws IOException {
        AsyncFile file = newFile("f");
        for (int i = 0; i < 20; i++) {
            try (ForeignArena arena = ForeignArena.open(Kind.SHARED)) {
                Request<Long> write = file.write(Pattern.fill(arena.buffer(100), 0, 100L * i), 100L * i);
                assertEquals(100, answer(write));
            }
        }
        Pattern.checkFile(path("f"), 0, 2000);
    }

    @Test
    @Asserts("JDK-AsyncSeg-close-write")
    void aCloseWhileTheBytesMoveIsRefusedOrTheWriteEndsWithEFAULTAndWritesNothing() throws IOException {
        int bytes = 2 << 20;
        int rounds = 50;
        AsyncFile file = open(fileOf("f", bytes), WRITE);
        List<TransferRecord> records = faults().record();
        Race race = race();
        int moved = 0;
        int content = 0;
        for (int round = 1; round <= rounds; round++) {
            int seed = round;
            ForeignArena arena = ForeignArena.open(Kind.SHARED);
            ByteBuffer source = Pattern.fill(arena.buffer(bytes), seed, 0);
            AtomicBoolean isMoved = new AtomicBoolean();
            records.clear();

            race.run(() -> isMoved.set(isMoved(bytes, file.write(source, 0))), () -> {
                Bounded.await("the write to be at the provider", () -> !records.isEmpty());
                arena.closeInTheEnd();
            });

            moved += isMoved.get() ? 1 : 0;
            content = isMoved.get() ? seed : content;
            Pattern.checkFile(path("f"), content, bytes);
        }
        System.out.println("close of an arena against a write: " + moved + " of " + rounds + " moved");
    }

    /**
     * The JVM sets the interrupt flag of a thread that touches memory in the very moment in which it is closed. If the
     * engine touches it in the caller's thread, the caller must not be left with that flag.
     */
    @Test
    void aCloseThatRacesWithTheStartLeavesSuccessOrEFAULTAndInterruptsNobody() throws IOException {
        AsyncFile file = open(fileOf("f", 4096), READ, WRITE);
        Race race = race();
        AtomicInteger moved = new AtomicInteger();
        AtomicInteger interrupted = new AtomicInteger();
        for (int round = 0; round < Race.ROUNDS; round++) {
            ForeignArena arena = ForeignArena.open(Kind.SHARED);
            ByteBuffer buffer = arena.buffer(10);

            race.run(
                    () -> {
                        Request<Long> read = file.read(buffer, 0);
                        interrupted.addAndGet(Thread.interrupted() ? 1 : 0);
                        moved.addAndGet(isMoved(10, read) ? 1 : 0);
                    },
                    arena::closeInTheEnd);
        }
        System.out.println("close of an arena against a read: " + moved + " of " + Race.ROUNDS + " moved");
        assertTrue(file.isOpen());
        Pattern.checkFile(path("f"), 0, 4096);
        assertEquals(100, answer(file.read(ByteBuffer.allocate(100), 0)));
        assertEquals(0, interrupted.get(), "callers left with their interrupt flag set");
    }
}
