package dev.penstock.aio.notification.fanout;

import dev.penstock.aio.Errno;
import dev.penstock.aio.notification.ListenerInfo;
import dev.penstock.aio.spi.ProviderSwitch;
import dev.penstock.aio.spi.TappedFile;

/** Is told what happened to instances, files and listeners, on a thread of the pool, one thing after the other. */
public interface Lifecycle {
    /** Another provider became the one that new files are opened with, or open files moved, or should have. */
    void switched(ProviderSwitch what);

    /** A listener was set aside. */
    void setAside(ListenerInfo listener);

    /** A write-back of a file failed. */
    void poisoned(TappedFile file, Errno errno);
}
