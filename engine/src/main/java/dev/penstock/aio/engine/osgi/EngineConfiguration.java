package dev.penstock.aio.engine.osgi;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What can be configured of an instance. Bounds and defaults are those of the engine, which checks them again. */
@ObjectClassDefinition(
        name = "Penstock instance",
        description = "Limits and choice of provider of an asynchronous I/O instance")
@interface EngineConfiguration {
    /** Name of the instance, the service property penstock.instance. */
    @AttributeDefinition(name = "Name", description = "Name of the instance; of the default instance it is fixed")
    String name() default "default";

    /** The only provider to be used. */
    @AttributeDefinition(
            name = "Provider",
            description = "Name of the only provider to be used, such as nio; empty for the best there is")
    String provider() default "";

    /** AIO_MAX. */
    @AttributeDefinition(
            name = "Requests in all",
            description = "Pending requests of all bundles together (AIO_MAX)",
            min = "1",
            max = "16777216")
    int max_requests() default 65_536;

    /** Of one bundle. */
    @AttributeDefinition(
            name = "Requests of a bundle",
            description = "Pending requests of one bundle",
            min = "1",
            max = "16777216")
    int max_requests_per_consumer() default 16_384;

    /** AIO_LISTIO_MAX. */
    @AttributeDefinition(
            name = "List entries",
            description = "Entries of one list (AIO_LISTIO_MAX)",
            min = "1",
            max = "16777216")
    int max_list_entries() default 4_096;

    /** AIO_PRIO_DELTA_MAX. */
    @AttributeDefinition(
            name = "Largest priority",
            description = "By how much a request may lower its priority (AIO_PRIO_DELTA_MAX)",
            min = "0",
            max = "63")
    int max_priority() default 20;

    /** Of one bundle. */
    @AttributeDefinition(
            name = "Leased bytes of a bundle",
            description = "Bytes that one bundle may lease",
            min = "0",
            max = "70368744177664")
    long max_leased_bytes() default 67_108_864;

    /** Of all bundles. */
    @AttributeDefinition(
            name = "Copied bytes",
            description = "Bytes being copied at a time, of all bundles together, by providers that move leases only",
            min = "4096",
            max = "1073741824")
    long max_copied_bytes() default 67_108_864;

    /** Of one bundle. */
    @AttributeDefinition(
            name = "Copied bytes of a bundle",
            description =
                    "Bytes of one bundle being copied at a time; of a larger buffer one request moves only so much,"
                            + " or as much as all may if that is less",
            min = "4096",
            max = "1073741824")
    long max_copied_bytes_per_consumer() default 33_554_432;

    /** Of one bundle. */
    @AttributeDefinition(
            name = "Open files of a bundle",
            description = "Files that one bundle may have open",
            min = "1",
            max = "16777216")
    int max_open_files() default 4_096;

    /** In the lane. */
    @AttributeDefinition(
            name = "Window",
            description = "Requests handed to a lane of the provider at a time; the others wait in the engine",
            min = "1",
            max = "65536")
    int window() default 256;

    /** In milliseconds. */
    @AttributeDefinition(
            name = "Close timeout (ms)",
            description = "Milliseconds that a close waits before it cancels what is queued",
            min = "0",
            max = "86400000")
    long close_timeout_ms() default 30_000;

    /** In milliseconds. */
    @AttributeDefinition(
            name = "Swap timeout (ms)",
            description = "Milliseconds that a file which moves to another provider waits for its requests in flight,"
                    + " before it asks for them back, and once more before it stays where it is",
            min = "1",
            max = "86400000")
    long swap_timeout_ms() default 10_000;

    /** In milliseconds. */
    @AttributeDefinition(
            name = "Swap settling time (ms)",
            description = "Milliseconds that a provider which came back has to be there before open files move to it",
            min = "0",
            max = "86400000")
    long swap_settle_ms() default 1_000;

    /** In milliseconds. */
    @AttributeDefinition(
            name = "Wait for a provider (ms)",
            description = "Milliseconds that requests wait while there is no provider, before they end with ENXIO",
            min = "0",
            max = "86400000")
    long provider_wait_ms() default 30_000;

    /** Of the callback executor. */
    @AttributeDefinition(
            name = "Callback threads",
            description = "Threads that run callbacks and dependent stages",
            min = "1",
            max = "256")
    int callback_threads() default 2;

    /** For the notification service. */
    @AttributeDefinition(
            name = "Publish all",
            description = "Whether listeners are told of every completion, not only of those whose request asks for it")
    boolean publish_all() default false;
}
