package dev.penstock.aio.notification.fanout;

import dev.penstock.aio.Errno;
import dev.penstock.aio.notification.ListenerInfo;
import dev.penstock.aio.spi.TappedFile;
import java.util.List;

/** Is told what happened to instances, files and listeners, on a thread of the pool, one thing after the other. */
public interface Lifecycle {
    /**
     * Another provider became the one that new files are opened with.
     *
     * @param instance its name
     * @param providers those that can be used, best first
     */
    void switched(String instance, List<String> providers);

    /** A listener was set aside. */
    void setAside(ListenerInfo listener);

    /** A write-back of a file failed. */
    void poisoned(TappedFile file, Errno errno);
}
