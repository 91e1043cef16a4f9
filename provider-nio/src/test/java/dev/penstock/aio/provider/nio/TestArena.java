package dev.penstock.aio.provider.nio;

import dev.penstock.aio.tck.system.Needs;
import java.lang.reflect.InvocationTargetException;
import java.nio.ByteBuffer;

/** An arena of java.lang.foreign, reached by reflection because the tests are compiled for Java 17. */
final class TestArena {
    private final Object arena;

    private TestArena(Object arena) {
        this.arena = arena;
    }

    static TestArena shared() {
        return new TestArena(call(type(), null, "ofShared"));
    }

    /** Its memory is for the calling thread only. */
    static TestArena confined() {
        return new TestArena(call(type(), null, "ofConfined"));
    }

    private static Class<?> type() {
        Needs.that(Runtime.version().feature() >= 22, "it needs java.lang.foreign");
        try {
            return Class.forName("java.lang.foreign.Arena");
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    ByteBuffer allocate(long bytes) {
        try {
            Object segment = type().getMethod("allocate", long.class).invoke(arena, bytes);
            Class<?> segmentType = Class.forName("java.lang.foreign.MemorySegment");
            return (ByteBuffer) segmentType.getMethod("asByteBuffer").invoke(segment);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    void close() {
        call(type(), arena, "close");
    }

    private static Object call(Class<?> type, Object on, String method) {
        try {
            return type.getMethod(method).invoke(on);
        } catch (InvocationTargetException | NoSuchMethodException | IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}
