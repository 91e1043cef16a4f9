package dev.penstock.aio.provider.nio;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of the provider in a container; the bounds are checked again by {@link NioSettings}. */
@ObjectClassDefinition(
        name = "Penstock Provider NIO",
        description = "Moves bytes with FileChannel on a pool of threads; each instance of the engine has its own pool")
public @interface NioConfig {
    /** How many threads an instance may have. */
    @AttributeDefinition(
            name = "Threads",
            description = "Threads of each instance at most, 1 to 256; they are started when there is work for them",
            min = "1",
            max = "256")
    int threads() default NioSettings.THREADS;

    /** What the names of the threads begin with. */
    @AttributeDefinition(
            name = "Thread prefix",
            description = "What the names of the threads begin with, 1 to 64 characters; instance and number follow")
    String thread_prefix() default NioSettings.THREAD_PREFIX;

    /** After how long without work a thread ends. */
    @AttributeDefinition(
            name = "Idle time",
            description = "Seconds without work after which a thread ends, 1 to 86400; one thread always stays",
            min = "1",
            max = "86400")
    int idle_seconds() default NioSettings.IDLE_SECONDS;

    /** How many transfers are with the pool at a time. */
    @AttributeDefinition(
            name = "Window",
            description = "Transfers queued or running in the pool at most, 1 to 4096; the rest waits in the engine",
            min = "1",
            max = "4096")
    int window() default NioSettings.WINDOW;

    /** How often a file's requests must be waited for before waiters help. */
    @AttributeDefinition(
            name = "Help after",
            description =
                    "A thread that waits for a request carries it out itself, or writes before a sync, through a second descriptor,"
                            + " once that was wished so many times for a file, 1 to 1000000; 0 for never",
            min = "0",
            max = "1000000")
    int help_after() default NioSettings.HELP_AFTER;
}
