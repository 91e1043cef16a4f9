package dev.penstock.aio.distribution.command;

import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.ProviderInfo;
import dev.penstock.aio.ProviderState;
import dev.penstock.aio.notification.Notifications;
import dev.penstock.aio.spi.AioProvider;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.Filter;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;

/**
 * Finds the instances of {@link AsyncIo} in the service registry, and has one made where the user wants a certain
 * provider or the completions. A service appears with its first usable provider, so each look-up waits for it, within a limit.
 */
final class Instances {
    private static final long APPEAR_MS = TimeUnit.SECONDS.toMillis(30);
    private static final String FACTORY_PID = "dev.penstock.aio.instance";
    private static final String COMMAND_INSTANCE = "cli";
    private static final String STATS_COMMAND = "(&(osgi.command.scope=aio)(osgi.command.function=stats))";
    /** In the block of that instance, which no other one's name interrupts. */
    private static final Pattern LONGEST_PAUSE = Pattern.compile(
            "(?m)^instance " + COMMAND_INSTANCE + "\\R(?: .*\\R)*? +longest pause of a move in us +(\\d+)$");

    private final BundleContext context;
    private final ConfigurationAdmin configurations;

    Instances(BundleContext context, ConfigurationAdmin configurations) {
        this.context = context;
        this.configurations = configurations;
    }

    /** Returns the instance that an unfiltered reference would get. */
    AsyncIo best() throws IOException, InterruptedException {
        AsyncIo aio = await("(" + Constants.OBJECTCLASS + "=" + AsyncIo.class.getName() + ")");
        if (aio == null) {
            throw new IOException("no provider of asynchronous I/O appeared within " + APPEAR_MS + " ms");
        }
        return aio;
    }

    /** Returns what {@link #best} does if it is there now; bundles have started in full by the time a command runs. */
    @Nullable
    AsyncIo present() {
        ServiceReference<AsyncIo> reference = context.getServiceReference(AsyncIo.class);
        return reference == null ? null : context.getService(reference);
    }

    /** A provider in the service registry, with the ranking that decides there. */
    record Registered(AioProvider provider, int ranking) {}

    /** Returns the providers themselves, whether an instance uses them or not, best first. */
    List<Registered> providersPresent() {
        return providerReferences().stream()
                .map(reference -> new Registered(context.getService(reference), ranking(reference)))
                .toList();
    }

    private List<ServiceReference<AioProvider>> providerReferences() {
        try {
            return context.getServiceReferences(AioProvider.class, null).stream()
                    .sorted(Comparator.reverseOrder())
                    .toList();
        } catch (InvalidSyntaxException e) {
            throw new AssertionError("no filter", e);
        }
    }

    private static int ranking(ServiceReference<?> reference) {
        return reference.getProperty(Constants.SERVICE_RANKING) instanceof Integer ranking ? ranking : 0;
    }

    /** Returns the names of all providers, usable or not, best first. */
    List<String> providerNames() throws IOException, InterruptedException {
        return best().providers().stream().map(ProviderInfo::name).toList();
    }

    /**
     * Has an instance made for this command alone.
     *
     * @param provider the only one that it uses, which exists; empty for the best
     * @param publishAll whether listeners are told of each of its completions
     * @param swapAtOnce whether files move to a provider as soon as it has come back
     * @throws IOException if that provider is unavailable here, with its reason and remedy
     */
    AsyncIo own(String provider, boolean publishAll, boolean swapAtOnce) throws IOException, InterruptedException {
        requireAvailable(provider);
        Map<String, Object> properties = new HashMap<>();
        properties.put("name", COMMAND_INSTANCE);
        properties.put("provider", provider);
        properties.put("publish.all", publishAll);
        if (swapAtOnce) {
            properties.put("swap.settle.ms", 0);
        }
        configurations.createFactoryConfiguration(FACTORY_PID, "?").update(FrameworkUtil.asDictionary(properties));
        AsyncIo aio = await("(&(" + Constants.OBJECTCLASS + "=" + AsyncIo.class.getName() + ")(" + AsyncIo.INSTANCE
                + "=" + COMMAND_INSTANCE + "))");
        if (aio == null) {
            throw new IOException((provider.isEmpty() ? "" : "provider=" + provider + ": ")
                    + "no instance appeared within " + APPEAR_MS + " ms");
        }
        return aio;
    }

    private void requireAvailable(String name) throws IOException, InterruptedException {
        for (ProviderInfo provider : best().providers()) {
            if (provider.name().equals(name) && provider.state() == ProviderState.UNAVAILABLE) {
                throw new IOException(
                        "provider=" + name + " is unavailable: " + provider.reason() + "; " + provider.remedy());
            }
        }
    }

    /** Returns the bundles of the providers that an instance can use, best first. */
    List<Bundle> providerBundles(AsyncIo aio) throws IOException {
        Map<String, Bundle> all = new HashMap<>();
        for (ServiceReference<AioProvider> reference : providerReferences()) {
            all.putIfAbsent(context.getService(reference).name(), reference.getBundle());
            context.ungetService(reference);
        }
        List<Bundle> bundles = aio.providers().stream()
                .filter(provider -> provider.state() != ProviderState.UNAVAILABLE)
                .map(provider -> all.get(provider.name()))
                .filter(Objects::nonNull)
                .toList();
        if (bundles.isEmpty()) {
            throw new IOException("--swap: there is no provider to be stopped and started");
        }
        return bundles;
    }

    /**
     * Returns for how long a file of this command's own instance was held at the longest while it moved to another
     * provider, in microseconds. Asks the shell's command {@code aio:stats} as the shell does: it is a service, and may be
     * called where no shell runs.
     */
    long longestPauseUs() throws IOException {
        ServiceReference<?> reference = statsCommand();
        Object commands = reference == null ? null : context.getService(reference);
        if (reference == null || commands == null) {
            throw new IOException("--swap: there is no command aio:stats to be asked for the longest pause");
        }
        try {
            return longestPauseUs(
                    String.valueOf(commands.getClass().getMethod("stats").invoke(commands)));
        } catch (ReflectiveOperationException e) {
            throw new IOException("--swap: aio:stats failed: " + e, e);
        } finally {
            context.ungetService(reference);
        }
    }

    private @Nullable ServiceReference<?> statsCommand() {
        try {
            ServiceReference<?>[] found = context.getAllServiceReferences(null, STATS_COMMAND);
            return found == null ? null : found[0];
        } catch (InvalidSyntaxException e) {
            throw new AssertionError("filter=" + STATS_COMMAND, e);
        }
    }

    static long longestPauseUs(String stats) throws IOException {
        Matcher matcher = LONGEST_PAUSE.matcher(stats);
        if (!matcher.find()) {
            throw new IOException("--swap: aio:stats does not tell the longest pause");
        }
        return Long.parseLong(matcher.group(1));
    }

    /**
     * Begins to show the completions of files that this bundle opens from now on.
     *
     * @throws IOException if there is no notification service
     */
    Watch watch() throws IOException {
        ServiceReference<Notifications> reference = context.getServiceReference(Notifications.class);
        Notifications notifications = reference == null ? null : context.getService(reference);
        if (notifications == null) {
            throw new IOException("--watch: there is no notification service");
        }
        return new Watch(context, notifications);
    }

    /** The service stays in use until this bundle stops, so the tracker is left open on purpose. */
    private @Nullable AsyncIo await(String filter) throws InterruptedException {
        ServiceTracker<AsyncIo, AsyncIo> tracker = new ServiceTracker<>(context, filter(filter), null);
        tracker.open();
        return tracker.waitForService(APPEAR_MS);
    }

    private Filter filter(String text) {
        try {
            return context.createFilter(text);
        } catch (InvalidSyntaxException e) {
            throw new AssertionError("filter=" + text, e);
        }
    }
}
