package dev.penstock.aio;

/**
 * The errors of {@code <errno.h>} by their POSIX names.
 *
 * <p>The numbers are those of Linux, which every provider reports in. An error that is not listed is
 * {@link #UNKNOWN}, with the platform's number and text beside it in {@link AioException}.
 */
public enum Errno {
    /** No error: the operation is done. */
    SUCCESS(0),

    /** Operation not permitted. */
    EPERM(1),

    /** No such file or directory. */
    ENOENT(2),

    /** The waiting thread was interrupted. */
    EINTR(4),

    /** Input/output error; also the answer of a list of which an entry failed, and of a poisoned file. */
    EIO(5),

    /** No such device: there is no provider, or the instance has been stopped. */
    ENXIO(6),

    /** The file is closed, or was not opened for this. */
    EBADF(9),

    /** A limit is reached; try again when requests have ended. */
    EAGAIN(11),

    /** Out of memory. */
    ENOMEM(12),

    /** Permission denied. */
    EACCES(13),

    /** The memory of a buffer cannot be accessed. */
    EFAULT(14),

    /** The control block is busy. */
    EBUSY(16),

    /** The file exists. */
    EEXIST(17),

    /** Cross-device link. */
    EXDEV(18),

    /** No such device. */
    ENODEV(19),

    /** Not a directory. */
    ENOTDIR(20),

    /** Is a directory. */
    EISDIR(21),

    /** Invalid argument. */
    EINVAL(22),

    /** Too many open files in the system. */
    ENFILE(23),

    /** Too many open files. */
    EMFILE(24),

    /** Text file busy. */
    ETXTBSY(26),

    /** File too large. */
    EFBIG(27),

    /** No space left on the device. */
    ENOSPC(28),

    /** Illegal seek. */
    ESPIPE(29),

    /** Read-only file system. */
    EROFS(30),

    /** Broken pipe. */
    EPIPE(32),

    /** The call would wait for its own caller. */
    EDEADLK(35),

    /** File name too long. */
    ENAMETOOLONG(36),

    /** The function is not implemented by the platform. */
    ENOSYS(38),

    /** Directory not empty. */
    ENOTEMPTY(39),

    /** Too many symbolic links, or one where none may be followed. */
    ELOOP(40),

    /** Value too large: an offset beyond what the file allows. */
    EOVERFLOW(75),

    /** Not supported by this provider or for this kind of file. */
    EOPNOTSUPP(95),

    /** A time limit passed. */
    ETIMEDOUT(110),

    /** The file system's server went away while the request ran. */
    ECONNABORTED(103),

    /** The file system's server is gone. */
    ENOTCONN(107),

    /** The request is not done yet. */
    EINPROGRESS(115),

    /** The file's provider is gone and no other could take it over. */
    ESTALE(116),

    /** Disk quota exceeded. */
    EDQUOT(122),

    /** The request was canceled. */
    ECANCELED(125),

    /** An error that this enum does not list; its number stands beside it. */
    UNKNOWN(-1);

    private static final Errno[] BY_NUMBER = byNumber();

    private final int number;

    Errno(int number) {
        this.number = number;
    }

    private static Errno[] byNumber() {
        Errno[] table = new Errno[134];
        java.util.Arrays.fill(table, UNKNOWN);
        for (Errno errno : values()) {
            if (errno.number >= 0) {
                table[errno.number] = errno;
            }
        }
        return table;
    }

    /**
     * Returns the error with a number of the platform.
     *
     * @param number as {@code errno} has it; 0 for success
     * @return the error, {@link #UNKNOWN} if it is not listed
     */
    public static Errno of(int number) {
        return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : UNKNOWN;
    }

    /** {@return the platform's number; 0 for {@link #SUCCESS}, -1 for {@link #UNKNOWN}} */
    public int number() {
        return number;
    }
}
