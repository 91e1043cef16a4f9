package dev.penstock.aio.notification.fanout;

import dev.penstock.aio.Errno;
import dev.penstock.aio.notification.Completion;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What listeners are told of a request. */
record Told(
        Source source,
        Operation operation,
        long sequence,
        long offset,
        long requested,
        long transferred,
        Errno errno,
        int errorNumber,
        long queueNanos,
        long serviceNanos)
        implements Completion {

    @Override
    public String instance() {
        return source.instance();
    }

    @Override
    public Path path() {
        return source.path();
    }

    @Override
    public long file() {
        return source.file();
    }

    @Override
    public String provider() {
        return source.provider();
    }

    @Override
    public @Nullable String tag() {
        return source.tag();
    }

    /** Returns one line for people. */
    @Override
    public String toString() {
        return operation + " " + path() + " #" + sequence + " offset=" + offset + " " + transferred + " of " + requested
                + " bytes " + errno + " queue=" + queueNanos / 1_000 + " us service=" + serviceNanos / 1_000 + " us"
                + " provider=" + provider() + (tag() == null ? "" : " tag=" + tag());
    }
}
