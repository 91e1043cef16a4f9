package dev.penstock.aio;

/** What a {@link ControlBlock} asks for when it is started by a list ({@code aio_lio_opcode}). */
public enum Opcode {
    /** Read into the block's buffers ({@code LIO_READ}). */
    READ,
    /** Write from the block's buffers ({@code LIO_WRITE}). */
    WRITE,
    /** Bring data and metadata of all earlier requests of the file to storage ({@code LIO_SYNC} of FreeBSD). */
    SYNC,
    /** As {@link #SYNC}, only what is needed to read the data back ({@code LIO_DSYNC} of FreeBSD). */
    DATA_SYNC,
    /** Nothing: the list passes over the block, which keeps its state ({@code LIO_NOP}). */
    NOP
}
