package dev.penstock.aio.spi;

/** What a {@link Transfer} does. */
public enum TransferKind {
    /** Positional read: the result is the bytes read, 0 at the end of the file. */
    READ,
    /** Positional write, or at the end of a file opened with APPEND: the result is the bytes written. */
    WRITE,
    /** fsync: the result is 0. */
    SYNC,
    /** fdatasync, or fsync where there is none: the result is 0. */
    DATA_SYNC,
    /** Cut the file to {@link Transfer#offset()} bytes if it is longer: the result is 0. */
    TRUNCATE,
    /** The result is the file's size in bytes. */
    SIZE
}
