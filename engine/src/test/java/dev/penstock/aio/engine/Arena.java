package dev.penstock.aio.engine;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;

/** A shared arena of {@code java.lang.foreign}, by reflection: the tests are compiled for Java 17 and run on 25. */
final class Arena implements AutoCloseable {
    private final Object arena;

    private Arena(Object arena) {
        this.arena = arena;
    }

    static Arena open() {
        return new Arena(call("java.lang.foreign.Arena", "ofShared", null));
    }

    /** A view of new memory of this arena. */
    ByteBuffer buffer(int bytes) {
        try {
            Method allocate = Class.forName("java.lang.foreign.Arena").getMethod("allocate", long.class, long.class);
            return (ByteBuffer)
                    call("java.lang.foreign.MemorySegment", "asByteBuffer", allocate.invoke(arena, bytes, 1L));
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("the tests need Java 22 or newer to run", e);
        }
    }

    @Override
    public void close() {
        call("java.lang.foreign.Arena", "close", arena);
    }

    private static Object call(String type, String method, Object target) {
        try {
            return Class.forName(type).getMethod(method).invoke(target);
        } catch (InvocationTargetException e) {
            throw new AssertionError(type + "." + method, e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("the tests need Java 22 or newer to run", e);
        }
    }
}
