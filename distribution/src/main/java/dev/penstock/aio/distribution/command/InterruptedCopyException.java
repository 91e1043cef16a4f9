package dev.penstock.aio.distribution.command;

/** A copy was interrupted and left something behind, which its message says. */
final class InterruptedCopyException extends InterruptedException {
    private static final long serialVersionUID = 1L;

    InterruptedCopyException(String message, InterruptedException cause) {
        super(message);
        initCause(cause);
    }
}
