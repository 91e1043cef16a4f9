package dev.penstock.aio.provider.posix;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.penstock.aio.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;

/**
 * All threads that glibc has for aio, kept busy by reads of empty pipes until they are released. What is started
 * meanwhile, of whatever file, waits. Nothing else may be in flight when it begins. Needs no test library.
 */
final class HeldWorkers implements AutoCloseable {
    /** What glibc has at most if nobody calls aio_init. */
    static final int THREADS = 20;

    private static final long LIMIT_NS = 20_000_000_000L;
    private static final int EINPROGRESS = Errno.EINPROGRESS.number();

    private final int[][] pipes;
    private final MemorySegment aiocbs;
    private boolean released;

    private HeldWorkers(int threads) {
        pipes = new int[threads][];
        // Should a read never end, its memory must never go.
        aiocbs = Arena.global().allocate(Abi.AIOCB, threads);
        MemorySegment bytes = Arena.global().allocate(threads);
        for (int i = 0; i < threads; i++) {
            pipes[i] = TestLibC.pipe();
            Slot.describe(aiocb(i), pipes[i][0], Abi.LIO_READ, bytes.address() + i, 1, 0);
            if (LibRt.aio_read(aiocb(i)) != 0) {
                throw new AssertionError("aio_read of a pipe: " + LibRt.aio_error(aiocb(i)));
            }
        }
    }

    /** Keeps all of them; returns when each one waits in its read. */
    static HeldWorkers hold() {
        return hold(THREADS);
    }

    /** Keeps some of them. */
    static HeldWorkers hold(int threads) {
        HeldWorkers held = new HeldWorkers(threads);
        held.awaitAll();
        return held;
    }

    private MemorySegment aiocb(int index) {
        return aiocbs.asSlice(index * Abi.AIOCB.byteSize(), Abi.AIOCB);
    }

    private void awaitAll() {
        Set<Integer> waited = new HashSet<>();
        for (int[] pipe : pipes) {
            waited.add(pipe[0]);
        }
        long sinceNs = System.nanoTime();
        while (!ForeignThreads.readers().containsAll(waited)) {
            requireTime(sinceNs);
            Thread.onSpinWait();
        }
    }

    private static void requireTime(long sinceNs) {
        if (System.nanoTime() - sinceNs > LIMIT_NS) {
            throw new AssertionError("threads of glibc are busy with something else");
        }
    }

    /** Lets all of them go; returns when their reads have ended. */
    void release() {
        if (released) {
            return;
        }
        released = true;
        for (int[] pipe : pipes) {
            TestLibC.writeByte(pipe[1]);
        }
        long sinceNs = System.nanoTime();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment list = arena.allocate(JAVA_LONG);
            MemorySegment slice = arena.allocate(Abi.TIMESPEC);
            slice.set(JAVA_LONG, Abi.TV_NSEC, 1_000_000);
            for (int i = 0; i < pipes.length; i++) {
                list.set(JAVA_LONG, 0, aiocb(i).address());
                while (LibRt.aio_error(aiocb(i)) == EINPROGRESS) {
                    requireTime(sinceNs);
                    LibRt.aio_suspend(list, 1, slice);
                }
            }
        }
    }

    @Override
    public void close() {
        release();
        for (int[] pipe : pipes) {
            LibC.close(pipe[0]);
            LibC.close(pipe[1]);
        }
    }
}
