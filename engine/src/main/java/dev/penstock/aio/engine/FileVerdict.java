package dev.penstock.aio.engine;

import dev.penstock.aio.Errno;
import org.jspecify.annotations.Nullable;

/**
 * What the requests of one file end with without being carried out, if anything: because data may be lost, or because
 * there is no backend for the file. Written under the lock of {@link FileOrder}, read by anybody.
 */
final class FileVerdict {
    private volatile boolean poisoned;
    /** What everything ends with because there is no backend for the file: ESTALE, ENXIO, or null if there is one. */
    private volatile @Nullable Errno unserved;

    boolean isPoisoned() {
        return poisoned;
    }

    void poison() {
        poisoned = true;
    }

    /** There is no backend for the file, for good or until {@link #serve}. */
    void strand(Errno errno) {
        unserved = errno;
    }

    /** There is a backend; one that is stranded for good remains so. */
    void serve() {
        if (unserved != Errno.ESTALE) {
            unserved = null;
        }
    }

    /** Whether there is no backend for the file, nor will be. */
    boolean isStranded() {
        return unserved == Errno.ESTALE;
    }

    /** The error that every such request ends with now, or null. */
    @Nullable
    Errno refusal(Flight flight) {
        Errno none = unserved;
        if (none != null) {
            return none;
        }
        return poisoned && flight.modifies() ? Errno.EIO : null;
    }

    static String detail(Errno refusal) {
        return switch (refusal) {
            case EIO -> "an earlier write-back failed; open the file again and check what it holds";
            case ENXIO -> "there has been no provider for too long";
            default -> "the provider of the file is gone, and no other could take the file over";
        };
    }

    /** UNKNOWN too, the error that only a text names: if it is one of the others, a later sync might report success. */
    static boolean mayHaveLostData(Errno errno) {
        return switch (errno) {
            case EIO, ENOSPC, EDQUOT, UNKNOWN -> true;
            default -> false;
        };
    }
}
