package dev.penstock.aio.provider.uring;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of the provider in a container; the bounds are checked again by {@link UringSettings}. */
@ObjectClassDefinition(
        name = "Penstock Provider Uring",
        description = "Moves bytes with io_uring, where the kernel and the container permit it")
public @interface UringConfig {
    /** How many rings there are. */
    @AttributeDefinition(
            name = "Lanes",
            description =
                    "Rings of an instance, a power of two, 1 to 64; 0 for twice as many as there are processors, 4 to 8."
                            + " A ring keeps one processor busy",
            min = "0",
            max = "64")
    int lanes() default UringSettings.LANES;

    /** How many transfers the kernel has of a lane. */
    @AttributeDefinition(
            name = "Window",
            description = "Transfers of a lane that the kernel has at a time, 1 to 4096; the rest waits in the engine,"
                    + " where a cancel always reaches it",
            min = "1",
            max = "4096")
    int window() default UringSettings.WINDOW;

    /** How many transfers are submitted by one call. */
    @AttributeDefinition(
            name = "Entries",
            description = "Transfers that one system call submits at most, a power of two, 1 to 4096",
            min = "1",
            max = "4096")
    int entries() default UringSettings.ENTRIES;

    /** Whether the memory of leases is registered with the kernel. */
    @AttributeDefinition(
            name = "Registered buffers",
            description = "Whether the memory of leases is registered with the kernel, which pins it and counts against"
                    + " the limit of locked memory, once for each ring; what cannot be registered is used as it is")
    boolean buffers_registered() default UringSettings.REGISTERED_BUFFERS;
}
