package dev.penstock.aio.provider.nio;

import dev.penstock.aio.Errno;

/** How a transfer ended, as the sink was told, and by which thread. */
record Outcome(long result, Errno errno, String text, boolean repeated, Thread by) {
    static Outcome completed(long result) {
        Errno errno = result < 0 ? Errno.of((int) -result) : Errno.SUCCESS;
        return new Outcome(result, errno, null, false, Thread.currentThread());
    }

    static Outcome failed(int number, String text) {
        Errno errno = number == 0 ? Errno.UNKNOWN : Errno.of(number);
        return new Outcome(-1, errno, text, false, Thread.currentThread());
    }

    static Outcome handedBack() {
        return new Outcome(-1, Errno.SUCCESS, null, true, Thread.currentThread());
    }
}
