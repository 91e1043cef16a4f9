package dev.penstock.aio.notification;

import org.osgi.annotation.versioning.ProviderType;

/** What the notification service knows of a listener at one moment. Immutable. */
@ProviderType
public interface ListenerInfo {
    /** {@return which it is: its class, and in a container the service's id} */
    String name();

    /** {@return the bundle that registered it, as symbolic name and id; empty in plain Java} */
    String bundle();

    /**
     * {@return its filter, as the properties that it was registered with; empty if it has none, or it is not to be seen: see
     * {@link Notifications#listeners()}}
     */
    String filter();

    /** {@return how many completions it was told of, since it was registered} */
    long delivered();

    /**
     * {@return how many it missed: its queue was full, or they waited for it when its filter changed or it was set aside}
     */
    long dropped();

    /** {@return how many of its calls threw} */
    long failed();

    /** {@return how often a call of it took longer than is allowed} */
    long overran();

    /** {@return whether it was set aside, for too many calls in a row failed or overran} */
    boolean isSetAside();

    /** {@return how many completions wait for it; 0 to the configured size of the queue} */
    int queued();
}
