package dev.penstock.aio.provider.uring;

import dev.penstock.aio.Errno;

/** A ring cannot be had, or not used; with the errno, and what would help. */
final class RingProblem extends Exception {
    private static final long serialVersionUID = 1;

    private final int number;

    RingProblem(String what, int number) {
        super(what + ": " + Errno.of(number) + " (" + number + ")");
        this.number = number;
    }

    /** Returns an answer of a system call that is not a negative errno. */
    static int check(String function, int answer) throws RingProblem {
        if (answer < 0) {
            throw new RingProblem(function, -answer);
        }
        return answer;
    }

    /** Positive. */
    int number() {
        return number;
    }

    /** What would help, for an operator. */
    String remedy() {
        return switch (Errno.of(number)) {
            case EPERM, EACCES ->
                "set kernel.io_uring_disabled=0, and permit io_uring in the container's seccomp profile; or use another provider";
            case ENOSYS ->
                "use a kernel with io_uring (Linux 5.11), and permit it in the container's seccomp profile; or use another provider";
            case ENOMEM -> "raise the limit of locked memory (ulimit -l), or the container's limit of memory";
            case EMFILE, ENFILE -> "raise the limit of open files (ulimit -n)";
            case EINVAL, EOPNOTSUPP -> "use a newer kernel (Linux 5.11), or another provider";
            default -> "use another provider";
        };
    }
}
