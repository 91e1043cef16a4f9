package dev.penstock.aio.provider.posix;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of the provider in a container; the bounds are checked again by {@link PosixSettings}. */
@ObjectClassDefinition(
        name = "Penstock Provider Native",
        description = "Moves bytes with the aio functions of glibc, whose threads belong to the whole process")
public @interface PosixConfig {
    /** How many transfers glibc has of a lane. */
    @AttributeDefinition(
            name = "Window",
            description = "Transfers of a lane that glibc has at a time, 1 to 1024; the rest waits in the engine,"
                    + " where a cancel always reaches it",
            min = "1",
            max = "1024")
    int window() default PosixSettings.WINDOW;

    /** How many descriptors a lane uses of a file. */
    @AttributeDefinition(
            name = "Descriptors",
            description = "Descriptors of an open file that a lane uses at most, 1 to 64; glibc runs one request of a"
                    + " descriptor at a time, and a duplicate is made when all are busy",
            min = "1",
            max = "64")
    int descriptors() default PosixSettings.DESCRIPTORS;

    /** The same for files opened with DIRECT. */
    @AttributeDefinition(
            name = "Descriptors, DIRECT",
            description = "Descriptors of a file opened with DIRECT that a lane uses at most, 1 to 64",
            min = "1",
            max = "64")
    int descriptors_direct() default PosixSettings.DESCRIPTORS_DIRECT;

    /** How many duplicates there are in all. */
    @AttributeDefinition(
            name = "Spare descriptors",
            description = "Duplicates of descriptors that an instance makes at most, of all its files, 0 to 65536",
            min = "0",
            max = "65536")
    int descriptors_spare() default PosixSettings.SPARE_DESCRIPTORS;

    /** How long a waiting thread polls before it sleeps. */
    @AttributeDefinition(
            name = "Poll (us)",
            description = "Microseconds that a waiting thread polls before it sleeps, 0 to 1000; it costs processor"
                    + " time and saves a wake-up",
            min = "0",
            max = "1000")
    int poll_us() default PosixSettings.POLL_US;
}
