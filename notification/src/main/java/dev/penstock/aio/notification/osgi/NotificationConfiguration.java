package dev.penstock.aio.notification.osgi;

import dev.penstock.aio.notification.fanout.Settings;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of the service in a container; the bounds are checked again by {@link Settings}. */
@ObjectClassDefinition(
        name = "Penstock notification service",
        description = "Tells listeners of the completions of asynchronous I/O")
@interface NotificationConfiguration {
    /** How far a listener may be behind. */
    @AttributeDefinition(
            name = "Queue size",
            description =
                    "Completions that a listener may be behind, rounded up to a power of two; the oldest of more are"
                            + " lost to it. Each takes some 100 bytes for each distinct filter",
            min = "2",
            max = "1048576")
    int queue_size() default Settings.QUEUE_SIZE;

    /** Threads that run listeners. */
    @AttributeDefinition(
            name = "Threads",
            description = "Threads that run listeners; one that a listener holds for longer than 10 ms is replaced",
            min = "1",
            max = "64")
    int threads() default Settings.THREADS;

    /** How long a call may take. */
    @AttributeDefinition(
            name = "Time limit (ms)",
            description = "Milliseconds that a call of a listener may take",
            min = "1",
            max = "3600000")
    long time_limit_ms() default Settings.TIME_LIMIT_MS;

    /** After how many failures a listener is set aside. */
    @AttributeDefinition(
            name = "Failures",
            description = "Calls in a row that throw or take too long, after which a listener is set aside",
            min = "1",
            max = "1000000")
    int failures_max() default Settings.FAILURES_MAX;

    /** How many listeners a bundle may have. */
    @AttributeDefinition(
            name = "Listeners of a bundle",
            description = "Listeners and subscribers that one bundle may have registered; more are refused",
            min = "1",
            max = "65536")
    int listeners_max() default Settings.LISTENERS_MAX;

    /** Who sees the files of all. */
    @AttributeDefinition(
            name = "Trusted bundles",
            description =
                    "Symbolic names of the bundles whose listeners are told of the files of all bundles, not only of"
                            + " their own")
    String[] trusted() default {};

    /** What Event Admin is told of. */
    @AttributeDefinition(
            name = "Completions for Event Admin",
            description =
                    "Which completions are events as well, of the files of all bundles: properties of a listener as"
                            + " name=value, such as penstock.operation=WRITE; with the same name several times, one of the values"
                            + " must match. Their paths are then seen by every handler of events. Empty for none. penstock.operation=* stands for all."
                            + " With several threads events of a file may come in another order: its sequence tells")
    String[] event_admin_completions() default {};
}
