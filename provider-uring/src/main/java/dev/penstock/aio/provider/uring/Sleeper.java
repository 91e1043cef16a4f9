package dev.penstock.aio.provider.uring;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.penstock.aio.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * How the one thread that blocks in a lane waits: in io_uring_enter, for one completion, of whatever transfer and started by
 * whomever. It is woken by a completion of nobody.
 */
final class Sleeper {
    /** With something to be tried again it does not sleep longer; a second is not reached. */
    private static final long RETRY_NS = 1_000_000;

    private static final long TV_NSEC = Abi.offset(Abi.TIMESPEC, "tv_nsec");
    private static final long MAX_NS = 999_999_999;
    private static final int EINTR = Errno.EINTR.number();
    private static final int EAGAIN = Errno.EAGAIN.number();
    private static final int EBUSY = Errno.EBUSY.number();
    private static final int ETIME = 62;

    private final Slots slots;
    private final Starter starter;
    private final int fd;
    // For the one thread.
    private final MemorySegment arg;
    private final MemorySegment timespec;
    private final MemorySegment errno;

    /** Set before it looks for the last time and sleeps; whoever brings something looks at it afterwards. */
    private volatile boolean asleep;

    private volatile boolean woken;

    Sleeper(Slots slots, Starter starter, Ring ring, Arena arena) {
        this.slots = slots;
        this.starter = starter;
        this.fd = ring.fd();
        this.arg = arena.allocate(Abi.IO_URING_GETEVENTS_ARG);
        this.timespec = arena.allocate(Abi.TIMESPEC);
        this.errno = Library.errnoMemory(arena);
        arg.set(JAVA_LONG, Abi.offset(Abi.IO_URING_GETEVENTS_ARG, "ts"), timespec.address());
    }

    void sleep(long nanos) {
        asleep = true;
        try {
            starter.startLeft();
            if (!woken && !slots.isAnyEnded()) {
                enter(Math.min(nanos, slots.isAnyPostponed() ? RETRY_NS : MAX_NS));
            }
        } finally {
            asleep = false;
            woken = false;
        }
    }

    private void enter(long nanos) {
        timespec.set(JAVA_LONG, TV_NSEC, nanos);
        int flags = Abi.IORING_ENTER_GETEVENTS | Abi.IORING_ENTER_EXT_ARG;
        int answer = IoUring.io_uring_enter(errno, fd, 0, 1, flags, arg, arg.byteSize());
        if (answer < 0 && answer != -ETIME && answer != -EINTR && answer != -EAGAIN && answer != -EBUSY) {
            throw new AssertionError("io_uring_enter: " + Errno.of(-answer) + " (" + -answer + ")");
        }
    }

    /** Ends the sleep under way, or the next one. */
    void wake() {
        woken = true;
        lookUp();
    }

    /** There is something that the ring knows nothing of. */
    void lookUp() {
        if (asleep) {
            starter.rouse();
        }
    }
}
