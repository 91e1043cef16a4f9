package dev.penstock.aio.provider.uring;

import dev.penstock.aio.Errno;

/**
 * Carries transfers out by calls that block, in the thread of {@link Calls}: what has no fitting operation in a ring, and
 * what the kernel hands back undone because it has no thread for it.
 */
final class ByHand {
    private static final System.Logger LOG = System.getLogger(ByHand.class.getName());

    private final Calls calls;
    private final Slots slots;
    /** Called when something has ended. */
    private final Runnable endedHere;

    ByHand(Calls calls, Slots slots, Runnable endedHere) {
        this.calls = calls;
        this.slots = slots;
        this.endedHere = endedHere;
    }

    /** Takes over a slot that is the caller's. */
    void carryOut(Slot slot) {
        slot.state = Slot.State.CALLED;
        boolean accepted = false;
        Errno errno = Errno.EAGAIN;
        try {
            accepted = calls.run(() -> end(slot, result(slot)));
        } catch (RuntimeException | Error e) {
            // No memory for it. Nothing is thrown: whoever comes here has others to deal with.
            errno = Errno.EIO;
            Complaints.tell(LOG, "a call could not be queued", slot.file(), e);
        }
        if (!accepted) {
            end(slot, -errno.number());
        }
    }

    private static long result(Slot slot) {
        try {
            return call(slot);
        } catch (RuntimeException | Error e) {
            Complaints.tell(LOG, "a call failed", slot.file(), e);
            return -Errno.EIO.number();
        }
    }

    private static long call(Slot slot) {
        UringFile file = slot.file();
        return switch (slot.kind()) {
            case READ -> LibC.pread(file.fd(), slot.address, slot.bytes, slot.offset());
            case WRITE -> LibC.pwrite(file.fd(), slot.address, slot.bytes, slot.offset());
            case SYNC -> LibC.fsync(file.fd());
            case DATA_SYNC -> LibC.fdatasync(file.fd());
            case TRUNCATE -> file.truncate(slot.transfer().offset());
            case SIZE -> file.size();
        };
    }

    private void end(Slot slot, long result) {
        slots.end(slot, result);
        endedHere.run();
    }
}
