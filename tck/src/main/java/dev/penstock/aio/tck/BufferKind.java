package dev.penstock.aio.tck;

import java.nio.ByteBuffer;

/** The kinds of buffers that a user may hand in. */
enum BufferKind {
    HEAP,
    /** A part of an array that begins after its first element. */
    HEAP_SLICE,
    DIRECT,
    /** At an odd address. */
    DIRECT_SLICE,
    AUTO_ARENA,
    AUTO_ARENA_SLICE,
    GLOBAL_ARENA;

    /** Makes a buffer of zeros; aborts the test where this Java has no such kind. */
    ByteBuffer make(int bytes) {
        return switch (this) {
            case HEAP -> ByteBuffer.allocate(bytes);
            case HEAP_SLICE -> ByteBuffer.wrap(new byte[bytes + 7]).slice(3, bytes);
            case DIRECT -> ByteBuffer.allocateDirect(bytes);
            case DIRECT_SLICE -> ByteBuffer.allocateDirect(bytes + 7).slice(3, bytes);
            case AUTO_ARENA -> ForeignArena.open(ForeignArena.Kind.AUTO).buffer(bytes);
            case AUTO_ARENA_SLICE ->
                ForeignArena.open(ForeignArena.Kind.AUTO).buffer(bytes + 7).slice(3, bytes);
            case GLOBAL_ARENA -> ForeignArena.open(ForeignArena.Kind.GLOBAL).buffer(bytes);
        };
    }
}
