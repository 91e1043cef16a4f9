package dev.penstock.aio.tck;

import dev.penstock.aio.tck.system.ForeignArena;
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
    /** Nobody closes the arena: its few bytes stay until the process ends. */
    SHARED_ARENA,
    SHARED_ARENA_SLICE,
    GLOBAL_ARENA,
    GLOBAL_ARENA_SLICE;

    /** Makes a buffer of zeros; aborts the test where this Java has no such kind. */
    ByteBuffer make(int bytes) {
        return switch (this) {
            case HEAP -> ByteBuffer.allocate(bytes);
            case HEAP_SLICE -> ByteBuffer.wrap(new byte[bytes + 7]).slice(3, bytes);
            case DIRECT -> ByteBuffer.allocateDirect(bytes);
            case DIRECT_SLICE -> ByteBuffer.allocateDirect(bytes + 7).slice(3, bytes);
            case AUTO_ARENA -> foreign(ForeignArena.Kind.AUTO, bytes);
            case AUTO_ARENA_SLICE -> foreignSlice(ForeignArena.Kind.AUTO, bytes);
            case SHARED_ARENA -> foreign(ForeignArena.Kind.SHARED, bytes);
            case SHARED_ARENA_SLICE -> foreignSlice(ForeignArena.Kind.SHARED, bytes);
            case GLOBAL_ARENA -> foreign(ForeignArena.Kind.GLOBAL, bytes);
            case GLOBAL_ARENA_SLICE -> foreignSlice(ForeignArena.Kind.GLOBAL, bytes);
        };
    }

    private static ByteBuffer foreign(ForeignArena.Kind kind, int bytes) {
        return ForeignArena.open(kind).buffer(bytes);
    }

    private static ByteBuffer foreignSlice(ForeignArena.Kind kind, int bytes) {
        return foreign(kind, bytes + 7).slice(3, bytes);
    }
}
