package dev.penstock.aio.provider.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The functions of {@code <aio.h>}. Where C answers -1 and sets errno, these answer the negative errno if they are given
 * memory for it. Those on the path of every request are not, and answer -1: aio_error says all there is to know of a
 * request, and a handle that captures errno may allocate, where the compiler does not dissolve what the JDK makes of that
 * memory in each call.
 *
 * <p>Not bound, on purpose: LIO_WAIT (glibc crashes when a signal interrupts it), notification by signal or thread
 * (slow, lost at times), and aio_init (for the whole process).
 *
 * <table>
 * <caption>What an errno means here</caption>
 * <tr><td>EAGAIN of a start</td><td>no memory, or no thread and none at work: try again, for a while</td></tr>
 * <tr><td>EIO of lio_listio</td><td>some were not started: each one's aio_error says which</td></tr>
 * <tr><td>EAGAIN, EINTR of aio_suspend</td><td>the time is over, or a signal came: look again</td></tr>
 * <tr><td>EBADF, EINVAL</td><td>our mistake: the engine checks arguments and keeps files open</td></tr>
 * </table>
 */
final class LibRt {
    /** int aio_read(struct aiocb *aiocbp) */
    private static final MethodHandle AIO_READ = Library.plain("aio_read", FunctionDescriptor.of(JAVA_INT, ADDRESS));

    /** int aio_write(struct aiocb *aiocbp) */
    private static final MethodHandle AIO_WRITE = Library.plain("aio_write", FunctionDescriptor.of(JAVA_INT, ADDRESS));

    /** int aio_fsync(int op, struct aiocb *aiocbp) */
    private static final MethodHandle AIO_FSYNC =
            Library.settingErrno("aio_fsync", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));

    /** int lio_listio(int mode, struct aiocb *const aiocb_list[], int nitems, struct sigevent *sevp) */
    private static final MethodHandle LIO_LISTIO =
            Library.plain("lio_listio", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS));

    /** int aio_error(const struct aiocb *aiocbp) */
    private static final MethodHandle AIO_ERROR = Library.plain("aio_error", FunctionDescriptor.of(JAVA_INT, ADDRESS));

    /** ssize_t aio_return(struct aiocb *aiocbp) */
    private static final MethodHandle AIO_RETURN =
            Library.plain("aio_return", FunctionDescriptor.of(JAVA_LONG, ADDRESS));

    /** int aio_suspend(const struct aiocb *const aiocb_list[], int nitems, const struct timespec *timeout) */
    private static final MethodHandle AIO_SUSPEND =
            Library.plain("aio_suspend", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, ADDRESS));

    /** int aio_cancel(int fd, struct aiocb *aiocbp) */
    private static final MethodHandle AIO_CANCEL =
            Library.settingErrno("aio_cancel", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));

    private LibRt() {}

    static int aio_read(MemorySegment aiocb) {
        try {
            return (int) AIO_READ.invokeExact(aiocb);
        } catch (Throwable e) {
            throw Library.impossible(e);
        }
    }

    static int aio_write(MemorySegment aiocb) {
        try {
            return (int) AIO_WRITE.invokeExact(aiocb);
        } catch (Throwable e) {
            throw Library.impossible(e);
        }
    }

    static int aio_fsync(MemorySegment errno, int op, MemorySegment aiocb) {
        try {
            return answer(errno, (int) AIO_FSYNC.invokeExact(errno, op, aiocb));
        } catch (Throwable e) {
            throw Library.impossible(e);
        }
    }

    /** Starts a list without waiting and without a notification. */
    static int lio_listio(MemorySegment list, int count) {
        try {
            return (int) LIO_LISTIO.invokeExact(Abi.LIO_NOWAIT, list, count, MemorySegment.NULL);
        } catch (Throwable e) {
            throw Library.impossible(e);
        }
    }

    /** Answers EINPROGRESS, 0, or what it failed with; positive. From the answer on glibc has let go of the aiocb. */
    static int aio_error(MemorySegment aiocb) {
        try {
            return (int) AIO_ERROR.invokeExact(aiocb);
        } catch (Throwable e) {
            throw Library.impossible(e);
        }
    }

    static long aio_return(MemorySegment aiocb) {
        try {
            return (long) AIO_RETURN.invokeExact(aiocb);
        } catch (Throwable e) {
            throw Library.impossible(e);
        }
    }

    /**
     * Waits for one of a list: 0 if one is done. The caller looks in any case, for a signal may have come.
     *
     * @param timespec below a second: glibc ends the process over a tv_nsec out of range, and a large tv_sec overflows
     */
    static int aio_suspend(MemorySegment list, int count, MemorySegment timespec) {
        try {
            return (int) AIO_SUSPEND.invokeExact(list, count, timespec);
        } catch (Throwable e) {
            throw Library.impossible(e);
        }
    }

    /** Answers AIO_CANCELED, AIO_NOTCANCELED or AIO_ALLDONE. See {@link Line} for when it may be asked. */
    static int aio_cancel(MemorySegment errno, int fd, MemorySegment aiocb) {
        try {
            return answer(errno, (int) AIO_CANCEL.invokeExact(errno, fd, aiocb));
        } catch (Throwable e) {
            throw Library.impossible(e);
        }
    }

    private static int answer(MemorySegment errno, int result) {
        return result == -1 ? -Library.errno(errno) : result;
    }
}
