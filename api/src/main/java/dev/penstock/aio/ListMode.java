package dev.penstock.aio;

/** Whether {@link AsyncIo#list} waits for its requests ({@code LIO_WAIT}, {@code LIO_NOWAIT}). */
public enum ListMode {
    /** Return when every started request is done; the list's event is ignored. */
    WAIT,
    /** Return when the requests are started; the list's event tells when all are done. */
    NOWAIT
}
