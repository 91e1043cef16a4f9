package dev.penstock.aio.itests.harness;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.IdentityHashMap;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** The instances of a class of tests inside the framework, one for each that JUnit made outside. */
final class Twins {
    private final Bundle probe;
    private final Class<?> testClass;
    /** From outside to inside; touched by the thread that runs the tests, and by those of its time limits. */
    private final IdentityHashMap<Object, Object> twins = new IdentityHashMap<>();

    Twins(Bundle probe, Class<?> testClass) {
        this.probe = probe;
        this.testClass = testClass;
    }

    synchronized void forget(Object outside) {
        twins.remove(outside);
    }

    /**
     * Calls a method inside.
     *
     * @param outside JUnit's instance, or {@code null} for a static method
     * @param method of the class outside
     * @param arguments of types that both sides know
     */
    void call(Object outside, Method method, List<Object> arguments) throws Throwable {
        Class<?> declaring = inside(method.getDeclaringClass());
        Class<?>[] types = new Class<?>[method.getParameterCount()];
        for (int i = 0; i < types.length; i++) {
            types[i] = inside(method.getParameterTypes()[i]);
        }
        Method redirected = declaring.getDeclaredMethod(method.getName(), types);
        redirected.setAccessible(true);
        Object twin = outside == null ? null : twin(outside);
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(declaring.getClassLoader());
        try {
            redirected.invoke(twin, arguments.toArray());
        } catch (InvocationTargetException e) {
            throw e.getCause();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private Class<?> inside(Class<?> outside) throws ClassNotFoundException {
        if (outside.isPrimitive()) {
            return outside;
        }
        Class<?> inside = probe.loadClass(outside.getName());
        if (inside == outside && outside.getPackageName().equals(testClass.getPackageName())) {
            throw new IllegalStateException(outside + " was not loaded by " + probe);
        }
        return inside;
    }

    private synchronized Object twin(Object outside) throws ReflectiveOperationException {
        Object twin = twins.get(outside);
        if (twin == null) {
            Constructor<?> constructor = inside(testClass).getDeclaredConstructor();
            constructor.setAccessible(true);
            twin = constructor.newInstance();
            for (Class<?> type = testClass; type != Object.class; type = type.getSuperclass()) {
                fill(twin, inside(type), outside, type);
            }
            twins.put(outside, twin);
        }
        return twin;
    }

    private void fill(Object twin, Class<?> inside, Object outside, Class<?> type) throws ReflectiveOperationException {
        for (Field field : type.getDeclaredFields()) {
            if (field.getType() == BundleContext.class) {
                set(twin, inside, field.getName(), probe.getBundleContext());
            } else if (field.isAnnotationPresent(TempDir.class)) {
                field.setAccessible(true);
                set(twin, inside, field.getName(), field.get(outside));
            }
        }
    }

    private static void set(Object twin, Class<?> inside, String name, Object value)
            throws ReflectiveOperationException {
        Field field = inside.getDeclaredField(name);
        field.setAccessible(true);
        field.set(twin, value);
    }
}
