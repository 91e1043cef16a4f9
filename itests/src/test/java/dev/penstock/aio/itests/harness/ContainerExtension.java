package dev.penstock.aio.itests.harness;

import java.lang.reflect.Method;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/** Starts a framework before a class of tests, and redirects every call of a method of the class into it. */
final class ContainerExtension
        implements BeforeAllCallback, AfterAllCallback, AfterEachCallback, InvocationInterceptor {
    private static final Namespace NAMESPACE = Namespace.create(ContainerExtension.class);

    ContainerExtension() {}

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        Class<?> testClass = context.getRequiredTestClass();
        Container container = Container.start(testClass);
        context.getStore(NAMESPACE).put(Container.class, container);
        context.getStore(NAMESPACE).put(Twins.class, new Twins(container.probe(), testClass));
    }

    @Override
    public void afterAll(ExtensionContext context) {
        Container container = context.getStore(NAMESPACE).remove(Container.class, Container.class);
        if (container != null) {
            container.stop();
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        twins(context).forget(context.getRequiredTestInstance());
    }

    private static Twins twins(ExtensionContext context) {
        return context.getStore(NAMESPACE).get(Twins.class, Twins.class);
    }

    private static void redirect(
            Invocation<Void> outside, ReflectiveInvocationContext<Method> call, ExtensionContext context)
            throws Throwable {
        outside.skip();
        twins(context).call(context.getTestInstance().orElse(null), call.getExecutable(), call.getArguments());
    }

    @Override
    public void interceptBeforeAllMethod(
            Invocation<Void> outside, ReflectiveInvocationContext<Method> call, ExtensionContext context)
            throws Throwable {
        redirect(outside, call, context);
    }

    @Override
    public void interceptBeforeEachMethod(
            Invocation<Void> outside, ReflectiveInvocationContext<Method> call, ExtensionContext context)
            throws Throwable {
        redirect(outside, call, context);
    }

    @Override
    public void interceptTestMethod(
            Invocation<Void> outside, ReflectiveInvocationContext<Method> call, ExtensionContext context)
            throws Throwable {
        redirect(outside, call, context);
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<Void> outside, ReflectiveInvocationContext<Method> call, ExtensionContext context)
            throws Throwable {
        redirect(outside, call, context);
    }

    @Override
    public void interceptAfterEachMethod(
            Invocation<Void> outside, ReflectiveInvocationContext<Method> call, ExtensionContext context)
            throws Throwable {
        redirect(outside, call, context);
    }

    @Override
    public void interceptAfterAllMethod(
            Invocation<Void> outside, ReflectiveInvocationContext<Method> call, ExtensionContext context)
            throws Throwable {
        redirect(outside, call, context);
    }
}
