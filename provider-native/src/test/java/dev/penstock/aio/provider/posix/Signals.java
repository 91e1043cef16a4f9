package dev.penstock.aio.provider.posix;

import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts how often a signal reached this process, one that the JVM does not use, and lets it do no harm. By reflection:
 * the compiler warns of sun.misc.
 */
final class Signals {
    static final int SIGURG = 23;

    private Signals() {}

    /** Takes over SIGURG for good; returns what counts. */
    static AtomicInteger countUrgent() {
        AtomicInteger count = new AtomicInteger();
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object counting = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(),
                    new Class<?>[] {handler},
                    (proxy, method, arguments) -> method.getName().equals("handle") ? tell(count) : null);
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("URG"), counting);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
        return count;
    }

    private static Object tell(AtomicInteger count) {
        count.incrementAndGet();
        return null;
    }
}
