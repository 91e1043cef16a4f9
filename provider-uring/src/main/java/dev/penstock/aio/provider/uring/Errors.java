package dev.penstock.aio.provider.uring;

import dev.penstock.aio.AioException;
import dev.penstock.aio.Errno;

/** Exceptions of what the system said. */
final class Errors {
    private Errors() {}

    /** An errno that is not listed keeps its number. */
    static AioException exception(String operation, int number) {
        return new AioException(operation, AioException.NONE, AioException.NONE, 0, Errno.of(number), number, null);
    }
}
