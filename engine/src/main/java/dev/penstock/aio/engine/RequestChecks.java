package dev.penstock.aio.engine;

import dev.penstock.aio.AioException;
import dev.penstock.aio.Errno;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.spi.TransferKind;

/** What is refused at the call, before anything is started: the rows of the contract marked "S:". */
final class RequestChecks {
    private static final String NO_SERVICE =
            "listeners are to be told, but there is no notification service: install the"
                    + " bundle dev.penstock.aio.notification, or call Notifications.load in plain Java";

    private RequestChecks() {}

    /** Checks a read or a write. */
    static void transfer(Flight flight, boolean hasBuffers) throws AioException {
        int maxPriority = flight.block.consumer.limits().maxPriority();
        if (flight.level() < 0 || flight.level() > maxPriority) {
            throw flight.refusal(Errno.EINVAL, "priority=" + flight.level() + " is not within 0 and " + maxPriority);
        }
        OpenFile file = file(flight);
        boolean read = flight.kind() == TransferKind.READ;
        if (read ? !file.spec().read() : !file.spec().write()) {
            throw flight.refusal(Errno.EBADF, "the file is not open for " + (read ? "reading" : "writing"));
        }
        if (!hasBuffers) {
            throw flight.refusal(Errno.EINVAL, "no buffer is set");
        }
        range(flight, file);
        memory(flight, read);
        if (file.alignmentBytes() > 1 && flight.asked() > 0) {
            alignment(flight, file);
        }
    }

    private static void range(Flight flight, OpenFile file) throws AioException {
        if (flight.asked() < 0 || flight.asked() > flight.memory().total()) {
            throw flight.refusal(
                    Errno.EINVAL,
                    "the length is not within 0 and the buffers' "
                            + flight.memory().total() + " bytes");
        }
        if (file.spec().append() && flight.kind() == TransferKind.WRITE) {
            return;
        }
        if (flight.start() < 0 || flight.start() + flight.asked() < 0) {
            throw flight.refusal(Errno.EINVAL, "the range is not within 0 and " + Long.MAX_VALUE);
        }
    }

    private static void memory(Flight flight, boolean read) throws AioException {
        if (read && flight.memory().isReadOnly()) {
            throw flight.refusal(Errno.EINVAL, "a buffer to read into is read-only");
        }
        PooledLease lease = flight.memory().lease();
        if (lease != null && lease.isReleased()) {
            throw new IllegalStateException("the lease was released: " + lease);
        }
        if (!flight.memory().isAccessible()) {
            throw flight.refusal(Errno.EFAULT, "a buffer's memory is closed or confined to another thread");
        }
    }

    private static void alignment(Flight flight, OpenFile file) throws AioException {
        int alignment = file.alignmentBytes();
        if (!file.spec().append() && flight.start() % alignment != 0) {
            throw misaligned(flight, "offset", alignment);
        }
        if (!flight.memory().isLengthAligned(flight.asked(), alignment)) {
            throw misaligned(flight, "length", alignment);
        }
        if (!flight.memory().isAddressAligned(alignment)) {
            throw misaligned(flight, "address", alignment);
        }
    }

    private static AioException misaligned(Flight flight, String what, int alignment) {
        return flight.refusal(
                Errno.EINVAL, "the " + what + " is not a multiple of " + alignment + ", as DIRECT demands");
    }

    /** Checks a sync, a truncate or a size. */
    static void other(Flight flight) throws AioException {
        OpenFile file = file(flight);
        if (flight.kind() != TransferKind.SIZE && !file.spec().write()) {
            throw flight.refusal(Errno.EBADF, "the file is not open for writing");
        }
        if (flight.start() < 0) {
            throw flight.refusal(Errno.EINVAL, "size=" + flight.start() + " is negative");
        }
    }

    private static OpenFile file(Flight flight) throws AioException {
        OpenFile file = flight.targetOrNull();
        if (file == null) {
            throw flight.refusal(Errno.EINVAL, "no file is set");
        }
        if (!file.isOpen()) {
            throw file.closing().refusal(flight);
        }
        return file;
    }

    /** Checks the event. Before all else: by a sound one it is told that the entry of a list is refused. */
    static void event(Flight flight) throws AioException {
        SigEvent event = flight.telling();
        switch (event.notification()) {
            case NONE, CALL -> {}
            case QUEUE -> flight.block.consumer.queueOf(event);
            case LISTENERS -> {
                if (!flight.block.consumer.engine().tapPoint().isTapped()) {
                    throw flight.refusal(Errno.EINVAL, NO_SERVICE);
                }
            }
        }
    }
}
