package dev.penstock.aio.tck.system;

import dev.penstock.aio.tck.Bounded;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;

/**
 * An arena of {@code java.lang.foreign}, which is there from Java 22 on, reached by reflection because the tests are
 * compiled for 17. On an older Java the test that opens one is reported as not run.
 */
public final class ForeignArena implements AutoCloseable {
    /** The kinds of arenas, by who may use and close them. */
    public enum Kind {
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

    /** Returns whether this Java has them. */
    public static boolean isSupported() {
        return Runtime.version().feature() >= FIRST_FEATURE;
    }

    /** Opens one; the test needs a Java that has them. */
    public static ForeignArena open(Kind kind) {
        if (!isSupported()) {
            Needs.that(false, "arenas are there from Java " + FIRST_FEATURE + " on");
        }
        return new ForeignArena(call(method("java.lang.foreign.Arena", kind.factory), null));
    }

    /** Returns a view of new memory of this arena. */
    public ByteBuffer buffer(int bytes) {
        Object segment = call(method("java.lang.foreign.Arena", "allocate", long.class, long.class), arena, bytes, 1L);
        return (ByteBuffer) call(method("java.lang.foreign.MemorySegment", "asByteBuffer"), segment);
    }

    @Override
    public void close() {
        call(method("java.lang.foreign.Arena", "close"), arena);
    }

    /** Closes it, which is refused as long as a transfer pins it. */
    public void closeInTheEnd() {
        Bounded.await("the arena to close", () -> {
            try {
                close();
                return true;
            } catch (IllegalStateException pinned) {
                LockSupport.parkNanos(1_000);
                return false;
            }
        });
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
