package dev.penstock.aio.provider.nio;

import static java.util.Map.entry;

import dev.penstock.aio.AioException;
import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.CompletionSink;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns what Java throws into an errno. For most errors of the system Java tells a text only, in the language of the
 * process: those of the C locale are known here, the most important ones of any other are learnt by provoking them.
 *
 * <p>Immutable.
 */
final class ErrnoText {
    /** What strerror(3) of glibc says. */
    private static final Map<String, Errno> C_LOCALE = Map.ofEntries(
            entry("Operation not permitted", Errno.EPERM),
            entry("No such file or directory", Errno.ENOENT),
            entry("Interrupted system call", Errno.EINTR),
            entry("Input/output error", Errno.EIO),
            entry("No such device or address", Errno.ENXIO),
            entry("Bad file descriptor", Errno.EBADF),
            entry("Resource temporarily unavailable", Errno.EAGAIN),
            entry("Cannot allocate memory", Errno.ENOMEM),
            entry("Permission denied", Errno.EACCES),
            entry("Bad address", Errno.EFAULT),
            entry("Device or resource busy", Errno.EBUSY),
            entry("File exists", Errno.EEXIST),
            entry("Invalid cross-device link", Errno.EXDEV),
            entry("No such device", Errno.ENODEV),
            entry("Not a directory", Errno.ENOTDIR),
            entry("Is a directory", Errno.EISDIR),
            entry("Invalid argument", Errno.EINVAL),
            entry("Too many open files in system", Errno.ENFILE),
            entry("Too many open files", Errno.EMFILE),
            entry("Text file busy", Errno.ETXTBSY),
            entry("File too large", Errno.EFBIG),
            entry("No space left on device", Errno.ENOSPC),
            entry("Illegal seek", Errno.ESPIPE),
            entry("Read-only file system", Errno.EROFS),
            entry("Broken pipe", Errno.EPIPE),
            entry("Resource deadlock avoided", Errno.EDEADLK),
            entry("File name too long", Errno.ENAMETOOLONG),
            entry("Function not implemented", Errno.ENOSYS),
            entry("Directory not empty", Errno.ENOTEMPTY),
            entry("Too many levels of symbolic links", Errno.ELOOP),
            entry("Value too large for defined data type", Errno.EOVERFLOW),
            entry("Operation not supported", Errno.EOPNOTSUPP),
            entry("Connection timed out", Errno.ETIMEDOUT),
            entry("Software caused connection abort", Errno.ECONNABORTED),
            entry("Transport endpoint is not connected", Errno.ENOTCONN),
            entry("Operation now in progress", Errno.EINPROGRESS),
            entry("Stale file handle", Errno.ESTALE),
            entry("Disk quota exceeded", Errno.EDQUOT),
            entry("Operation canceled", Errno.ECANCELED));

    /** What the JDK itself says when DIRECT is asked for what is not aligned. */
    private static final String MISALIGNED = "is not a multiple of the block size";

    /** What the JDK adds to the system's text about symbolic links. */
    private static final String[] ADDED_TO_ELOOP = {" (NOFOLLOW_LINKS", " or unable to access"};

    private final Map<String, Errno> texts;

    private ErrnoText(Map<String, Errno> texts) {
        this.texts = texts;
    }

    /** Knows the texts of the C locale. */
    static ErrnoText ofCLocale() {
        return new ErrnoText(C_LOCALE);
    }

    /**
     * Learns how the system calls an error, by something that fails with it. Without effect if the text is known, or
     * if it failed otherwise than by text.
     */
    ErrnoText learn(Errno errno, Throwable provoked) {
        String text = systemText(provoked);
        if (text == null || ofType(provoked) != Errno.UNKNOWN || texts.containsKey(text)) {
            return this;
        }
        Map<String, Errno> more = new HashMap<>(texts);
        more.put(text, errno);
        return new ErrnoText(Map.copyOf(more));
    }

    /** Returns the error that something thrown stands for, {@link Errno#UNKNOWN} if that cannot be told. */
    Errno errno(Throwable thrown) {
        Errno byType = ofType(thrown);
        if (byType != Errno.UNKNOWN) {
            return byType;
        }
        String text = systemText(thrown);
        if (text == null) {
            return Errno.UNKNOWN;
        }
        return text.contains(MISALIGNED) ? Errno.EINVAL : texts.getOrDefault(text, Errno.UNKNOWN);
    }

    private static Errno ofType(Throwable thrown) {
        if (thrown instanceof NoSuchFileException) {
            return Errno.ENOENT;
        }
        if (thrown instanceof AccessDeniedException) {
            return Errno.EACCES;
        }
        if (thrown instanceof FileAlreadyExistsException) {
            return Errno.EEXIST;
        }
        if (thrown instanceof DirectoryNotEmptyException) {
            return Errno.ENOTEMPTY;
        }
        if (thrown instanceof FileSystemLoopException) {
            return Errno.ELOOP;
        }
        if (thrown instanceof ClosedChannelException) {
            return Errno.EIO;
        }
        if (thrown instanceof NonReadableChannelException || thrown instanceof NonWritableChannelException) {
            return Errno.EBADF;
        }
        return thrown instanceof IOException ? Errno.UNKNOWN : ofUnchecked(thrown);
    }

    private static Errno ofUnchecked(Throwable thrown) {
        if (thrown instanceof OutOfMemoryError) {
            return Errno.ENOMEM;
        }
        if (thrown instanceof UnsupportedOperationException) {
            return Errno.EOPNOTSUPP;
        }
        // By name, for Java 17 does not have it; there as for a closed arena it is the other.
        boolean isOfAnotherThread = thrown.getClass().getName().equals("java.lang.WrongThreadException");
        return isOfAnotherThread || thrown instanceof IllegalStateException ? Errno.EFAULT : Errno.EIO;
    }

    private static @Nullable String systemText(Throwable thrown) {
        String text = thrown instanceof FileSystemException of ? of.getReason() : thrown.getMessage();
        if (text == null) {
            return null;
        }
        for (String added : ADDED_TO_ELOOP) {
            int at = text.indexOf(added);
            if (at > 0) {
                return text.substring(0, at);
            }
        }
        return text;
    }

    /** Delivers the failure of a transfer. */
    void deliver(CompletionSink sink, long token, Throwable thrown) {
        if (thrown instanceof OutOfMemoryError) {
            // Nothing is allocated here.
            sink.failed(token, Errno.ENOMEM.number(), thrown.getMessage());
            return;
        }
        Errno errno = errno(thrown);
        sink.failed(token, errno == Errno.UNKNOWN ? 0 : errno.number(), detail(thrown));
    }

    /** Makes the exception of a call that failed. */
    AioException exception(String operation, Throwable thrown) {
        Errno errno = errno(thrown);
        int number = errno == Errno.UNKNOWN ? 0 : errno.number();
        AioException exception =
                new AioException(operation, AioException.NONE, AioException.NONE, 0, errno, number, detail(thrown));
        exception.initCause(thrown);
        return exception;
    }

    /** What a reader at night wants to see: the system's text alone, else what was thrown. */
    private static @Nullable String detail(Throwable thrown) {
        if (thrown instanceof FileSystemException of) {
            return of.getReason();
        }
        boolean isOfSystem = thrown.getClass() == IOException.class;
        return isOfSystem ? thrown.getMessage() : thrown.toString();
    }
}
