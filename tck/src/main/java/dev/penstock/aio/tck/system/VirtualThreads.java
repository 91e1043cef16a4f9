package dev.penstock.aio.tck.system;

/** Virtual threads, which are there from Java 21 on, reached by reflection because the tests are compiled for 17. */
public final class VirtualThreads {
    private static final int FIRST_FEATURE = 21;

    private VirtualThreads() {}

    /** Returns whether this Java has them. */
    public static boolean areSupported() {
        return Runtime.version().feature() >= FIRST_FEATURE;
    }

    /** Starts one. */
    public static Thread start(Runnable task) {
        try {
            return (Thread)
                    Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
