package dev.penstock.aio.provider.uring;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The system calls of io_uring, by syscall(2). Where that answers -1 and sets errno, these answer the negative errno.
 *
 * <table>
 * <caption>What an errno means here</caption>
 * <tr><td>EPERM, ENOSYS, ENOMEM, EMFILE, ENFILE, EINVAL of setup</td><td>not to be had here: see {@link RingProblem}</td></tr>
 * <tr><td>EINTR of enter</td><td>a signal came: what was not taken is offered again, who waited looks again</td></tr>
 * <tr><td>EAGAIN, EBUSY of enter</td><td>no memory, or too much to be collected: try again, later</td></tr>
 * <tr><td>ETIME of enter</td><td>the time is over</td></tr>
 * <tr><td>ENOMEM, EFAULT, EOPNOTSUPP of a registered buffer</td><td>it is used unregistered</td></tr>
 * <tr><td>ENOENT, EALREADY, ETIME of a cancel</td><td>nothing was canceled</td></tr>
 * <tr><td>EBADF, EFAULT, EOVERFLOW of enter</td><td>our mistake</td></tr>
 * </table>
 */
final class IoUring {
    /** int io_uring_setup(u32 entries, struct io_uring_params *p) */
    private static final MethodHandle SETUP =
            Library.settingErrno("syscall", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS), 1);

    private static final FunctionDescriptor ENTER_PROTOTYPE =
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_LONG);

    /** int io_uring_enter2(unsigned fd, unsigned to_submit, unsigned min_complete, unsigned flags, void *arg, size_t sz) */
    private static final MethodHandle ENTER = Library.plain("syscall", ENTER_PROTOTYPE, 1);

    private static final MethodHandle ENTER_ERRNO = Library.settingErrno("syscall", ENTER_PROTOTYPE, 1);

    /** int io_uring_register(unsigned fd, unsigned opcode, void *arg, unsigned nr_args) */
    private static final MethodHandle REGISTER = Library.settingErrno(
            "syscall", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT), 1);

    private IoUring() {}

    static int io_uring_setup(MemorySegment errno, int entries, MemorySegment params) {
        try {
            return answer(errno, (long) SETUP.invokeExact(errno, (long) Abi.SYS_IO_URING_SETUP, entries, params));
        } catch (Throwable e) {
            throw Library.impossible(e);
        }
    }

    /** Submits, and does not wait. What is refused has taken nothing, and is asked again for the reason. */
    static int io_uring_enter(MemorySegment errno, int fd, int toSubmit, int flags) {
        try {
            long taken = (long)
                    ENTER.invokeExact((long) Abi.SYS_IO_URING_ENTER, fd, toSubmit, 0, flags, MemorySegment.NULL, 0L);
            return taken >= 0 ? (int) taken : io_uring_enter(errno, fd, toSubmit, 0, flags, MemorySegment.NULL, 0);
        } catch (Throwable e) {
            throw Library.impossible(e);
        }
    }

    static int io_uring_enter(
            MemorySegment errno, int fd, int toSubmit, int minComplete, int flags, MemorySegment arg, long bytes) {
        try {
            return answer(errno, (long) ENTER_ERRNO.invokeExact(
                    errno, (long) Abi.SYS_IO_URING_ENTER, fd, toSubmit, minComplete, flags, arg, bytes));
        } catch (Throwable e) {
            throw Library.impossible(e);
        }
    }

    static int io_uring_register(MemorySegment errno, int fd, int opcode, MemorySegment arg, int count) {
        try {
            return answer(errno, (long)
                    REGISTER.invokeExact(errno, (long) Abi.SYS_IO_URING_REGISTER, fd, opcode, arg, count));
        } catch (Throwable e) {
            throw Library.impossible(e);
        }
    }

    private static int answer(MemorySegment errno, long result) {
        return result == -1 ? -Library.errno(errno) : (int) result;
    }
}
