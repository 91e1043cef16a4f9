package dev.penstock.aio;

/** How much {@link AsyncIo#sync} brings to storage (the {@code op} of {@code aio_fsync}). */
public enum SyncMode {
    /** Data and metadata, as {@code fsync} ({@code O_SYNC}). */
    FULL,
    /** Data and what is needed to read it back, as {@code fdatasync} ({@code O_DSYNC}); a provider may do more. */
    DATA
}
