package dev.penstock.aio;

import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A call was refused, or an operation failed, with an error number of the platform.
 *
 * <p>The message is one short fact with the values that matter, for example
 * {@code write file=/var/db/log offset=4096 length=512: ENOSPC (28)}.
 */
public class AioException extends IOException {
    private static final long serialVersionUID = 1L;

    /** The value of {@link #offset()} and {@link #length()} where the operation has none. */
    public static final long NONE = -1;

    /** The error by its POSIX name. */
    private final Errno errno;
    /** The platform's number. */
    private final int errorNumber;
    /** What was asked for and of what. */
    private final String operation;
    /** In bytes, or {@link #NONE}. */
    private final long offset;
    /** In bytes, or {@link #NONE}. */
    private final long length;
    /** In bytes. */
    private final long transferred;

    /**
     * Makes an exception for an operation without offset and length.
     *
     * @param operation what was asked for and of what, such as {@code open path=/var/db/log}
     * @param errno the error
     */
    public AioException(String operation, Errno errno) {
        this(operation, NONE, NONE, 0, errno, errno.number(), null);
    }

    /**
     * Makes an exception for an operation without offset and length, with an explanation.
     *
     * @param operation what was asked for and of what
     * @param errno the error
     * @param detail a short fact that helps, or {@code null}
     */
    public AioException(String operation, Errno errno, @Nullable String detail) {
        this(operation, NONE, NONE, 0, errno, errno.number(), detail);
    }

    /**
     * Makes an exception.
     *
     * @param operation what was asked for and of what, such as {@code write file=/var/db/log}
     * @param offset position in the file in bytes, or {@link #NONE}
     * @param length bytes asked for, or {@link #NONE}
     * @param transferred bytes moved before the error, 0 or more
     * @param errno the error; {@link Errno#UNKNOWN} where the enum does not list it
     * @param errorNumber the platform's number, 0 where not even that is known
     * @param detail a short fact that helps, such as the system's text of an unknown error, or {@code null}
     */
    public AioException(
            String operation,
            long offset,
            long length,
            long transferred,
            Errno errno,
            int errorNumber,
            @Nullable String detail) {
        super(message(operation, offset, length, transferred, errno, errorNumber, detail));
        this.operation = operation;
        this.errno = Objects.requireNonNull(errno, "errno");
        this.errorNumber = errorNumber;
        this.offset = offset;
        this.length = length;
        this.transferred = transferred;
    }

    private static String message(
            String operation,
            long offset,
            long length,
            long transferred,
            Errno errno,
            int errorNumber,
            @Nullable String detail) {
        StringBuilder text = new StringBuilder(operation);
        if (offset != NONE) {
            text.append(" offset=").append(offset);
        }
        if (length != NONE) {
            text.append(" length=").append(length);
        }
        if (transferred > 0) {
            text.append(" transferred=").append(transferred);
        }
        text.append(": ").append(errno).append(" (").append(errorNumber).append(')');
        if (detail != null) {
            text.append(": ").append(detail);
        }
        return text.toString();
    }

    /** {@return the error by its POSIX name} */
    public Errno errno() {
        return errno;
    }

    /** {@return the platform's number of the error, 0 where it is not known} */
    public int errorNumber() {
        return errorNumber;
    }

    /** {@return what was asked for and of what} */
    public String operation() {
        return operation;
    }

    /** {@return the position in the file in bytes, or {@link #NONE}} */
    public long offset() {
        return offset;
    }

    /** {@return the bytes asked for, or {@link #NONE}} */
    public long length() {
        return length;
    }

    /** {@return the bytes moved before the error, as {@code writeFully} reports them; 0 or more} */
    public long transferred() {
        return transferred;
    }
}
