package dev.penstock.aio.tck;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Assumptions;

/**
 * An arena of {@code java.lang.foreign}, which is there from Java 22 on, reached by reflection because the tests are
 * compiled for 17. On an older Java the test that opens one is reported as not run.
 */
final class ForeignArena implements AutoCloseable {
    /** The kinds of arenas, by who may use and close them. */
    enum Kind {
        /** One thread only. */
        CONFINED("ofConfined"),
        /** Any thread; closed by any. */
        SHARED("ofShared"),
        /** Any thread; the collector's to close. */
        AUTO("ofAuto"),
        /** Any thread; never closed. */
        GLOBAL("global");

        private final String factory;

        Kind(String factory) {
            this.factory = factory;
        }
    }

    private static final int FIRST_FEATURE = 22;

    private final Object arena;

    private ForeignArena(Object arena) {
        this.arena = arena;
    }

    static boolean isSupported() {
        return Runtime.version().feature() >= FIRST_FEATURE;
    }

    static ForeignArena open(Kind kind) {
        if (!isSupported()) {
            Assumptions.abort("not run on Java " + Runtime.version().feature() + ": arenas are there from Java "
                    + FIRST_FEATURE + " on");
        }
        return new ForeignArena(call(method("java.lang.foreign.Arena", kind.factory), null));
    }

    /** Returns a view of new memory of this arena. */
    ByteBuffer buffer(int bytes) {
        Object segment = call(method("java.lang.foreign.Arena", "allocate", long.class, long.class), arena, bytes, 1L);
        return (ByteBuffer) call(method("java.lang.foreign.MemorySegment", "asByteBuffer"), segment);
    }

    @Override
    public void close() {
        call(method("java.lang.foreign.Arena", "close"), arena);
    }

    private static Method method(String type, String name, Class<?>... parameters) {
        try {
            return Class.forName(type).getMethod(name, parameters);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(type + "." + name, e);
        }
    }

    private static Object call(Method method, Object target, Object... arguments) {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new AssertionError(method + " failed", e.getCause());
        } catch (IllegalAccessException e) {
            throw new AssertionError(method.toString(), e);
        }
    }
}
