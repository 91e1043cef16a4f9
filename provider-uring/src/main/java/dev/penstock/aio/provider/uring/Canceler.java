package dev.penstock.aio.provider.uring;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Takes transfers back, from the kernel too. What the kernel says of a cancel is only a hint; a transfer is canceled when its
 * own completion says so, and nothing else ends it.
 */
final class Canceler {
    /** The kernel posts the completion of what it has canceled at once, or as soon as the submitter has a processor. */
    private static final long COMPLETION_MAX_NS = 50_000_000;

    private final Slots slots;
    private final Ring ring;

    Canceler(Slots slots, Ring ring) {
        this.slots = slots;
        this.ring = ring;
    }

    /** Returns whether it was taken back; then its completion is the caller's to deliver. */
    boolean cancel(long token) {
        return switch (slots.cancel(token)) {
            case DONE -> true;
            case TOO_LATE -> false;
            case IN_KERNEL -> cancelInKernel(token);
        };
    }

    private boolean cancelInKernel(long token) {
        boolean answered = false;
        try {
            boolean canceled =
                    ring.cancel(token) >= 0 ? awaitCompletion(token) : slots.canceled(token, true) == Slots.Cancel.DONE;
            answered = true;
            return canceled;
        } finally {
            if (!answered) {
                slots.forgetCancel(token);
            }
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // the submitter may need this processor to post the completion
    private boolean awaitCompletion(long token) {
        long sinceNs = System.nanoTime();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = Library.errnoMemory(arena);
            for (; ; ) {
                boolean last = System.nanoTime() - sinceNs > COMPLETION_MAX_NS;
                Slots.Cancel now = slots.canceled(token, last);
                if (last || now != Slots.Cancel.IN_KERNEL) {
                    return now == Slots.Cancel.DONE;
                }
                IoUring.io_uring_enter(errno, ring.fd(), 0, Abi.IORING_ENTER_GETEVENTS);
                if (Thread.currentThread().isVirtual()) {
                    Thread.onSpinWait();
                } else {
                    Thread.yield();
                }
            }
        }
    }
}
