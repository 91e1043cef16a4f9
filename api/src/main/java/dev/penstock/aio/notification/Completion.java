package dev.penstock.aio.notification;

import dev.penstock.aio.Errno;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The end of one request, as listeners are told of it. Immutable; it stays true whatever becomes of the file, the
 * control block and the provider, and may be kept as long as one likes.
 */
@ProviderType
public interface Completion {
    /** What a request did. */
    enum Operation {
        /** {@code aio_read}, and every read of an {@link dev.penstock.aio.AsyncFile}. */
        READ,
        /** {@code aio_write}, appends included. */
        WRITE,
        /** {@code aio_fsync} with {@code O_SYNC}. */
        SYNC,
        /** {@code aio_fsync} with {@code O_DSYNC}. */
        DATA_SYNC,
        /** A change of the file's size. */
        TRUNCATE,
        /** A question for the file's size. */
        SIZE
    }

    /** {@return what the request did} */
    Operation operation();

    /** {@return the name of the instance that carried it out, as {@link dev.penstock.aio.AsyncIo#name()}} */
    String instance();

    /** {@return the path of the file as it was given when the file was opened} */
    Path path();

    /**
     * {@return the number of the open file among all that the instance ever opened, 1 or more} Two opens of one path
     * have two numbers.
     */
    long file();

    /**
     * {@return the number of this completion among those of the open file, from 1 on, in the order in which its
     * requests ended} A listener sees no gaps but those of its filter, of requests that nobody was to be told of, and of
     * what it {@linkplain CompletionListener#missed missed}.
     */
    long sequence();

    /** {@return where in the file, in bytes; for a truncate the new size; 0 where there is none, and for an append} */
    long offset();

    /** {@return how many bytes were asked for; 0 where no bytes are moved} */
    long requested();

    /** {@return how many bytes were transferred, also by a request that failed after some; for {@link Operation#SIZE} 0} */
    long transferred();

    /** {@return how it ended: {@link Errno#SUCCESS}, {@link Errno#ECANCELED} or its error} */
    Errno errno();

    /** {@return the platform's number of the error; 0 for success and where it is not known} */
    int errorNumber();

    /** {@return the name of the provider that the request was meant for, such as {@code nio}} */
    String provider();

    /**
     * {@return the nanoseconds from its start to the moment when it was handed to the provider} 0 if that was by the call
     * that started it; all of its time if it never was, or if nobody listened then.
     */
    long queueNanos();

    /** {@return the nanoseconds that the provider had it; 0 if {@link #queueNanos()} is all of its time} */
    long serviceNanos();

    /** {@return the tag of its {@link dev.penstock.aio.SigEvent#listeners}, or {@code null} if it has none} */
    @Nullable
    String tag();
}
