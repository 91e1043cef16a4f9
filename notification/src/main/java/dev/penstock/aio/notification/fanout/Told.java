package dev.penstock.aio.notification.fanout;

import dev.penstock.aio.Errno;
import dev.penstock.aio.notification.Completion;
import dev.penstock.aio.spi.EndedRequest;
import dev.penstock.aio.spi.TappedFile;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What listeners are told of a request. */
record Told(
        Operation operation,
        String instance,
        Path path,
        long file,
        long sequence,
        long offset,
        long requested,
        long transferred,
        Errno errno,
        int errorNumber,
        String provider,
        long queueNanos,
        long serviceNanos,
        @Nullable String tag)
        implements Completion {

    static Told of(TappedFile file, Operation operation, EndedRequest request) {
        long now = System.nanoTime();
        long handedOver = request.isDispatchTimed() ? request.dispatchedNs() : now;
        return new Told(
                operation,
                file.instance(),
                file.path(),
                file.number(),
                request.sequence(),
                request.offset(),
                request.requested(),
                request.transferred(),
                request.errno(),
                request.errorNumber(),
                request.provider(),
                handedOver - request.startedNs(),
                now - handedOver,
                request.tag());
    }

    /** Returns one line for people. */
    @Override
    public String toString() {
        return operation + " " + path + " #" + sequence + " offset=" + offset + " " + transferred + " of " + requested
                + " bytes " + errno + " queue=" + queueNanos / 1_000 + " us service=" + serviceNanos / 1_000 + " us"
                + " provider=" + provider + (tag == null ? "" : " tag=" + tag);
    }
}
