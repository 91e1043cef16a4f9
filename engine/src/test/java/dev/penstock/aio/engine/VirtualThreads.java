package dev.penstock.aio.engine;

import java.lang.reflect.Method;

/** Virtual threads by reflection: the tests are compiled for Java 17. */
final class VirtualThreads {
    private VirtualThreads() {}

    static boolean isVirtual(Thread thread) {
        try {
            return (boolean) Thread.class.getMethod("isVirtual").invoke(thread);
        } catch (NoSuchMethodException beforeJava21) {
            return false;
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    static Thread start(Runnable task) {
        try {
            Method start = Thread.class.getMethod("startVirtualThread", Runnable.class);
            return (Thread) start.invoke(null, task);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("the tests need Java 21 or newer to run", e);
        }
    }
}
