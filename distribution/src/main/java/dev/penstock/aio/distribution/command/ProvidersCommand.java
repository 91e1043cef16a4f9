package dev.penstock.aio.distribution.command;

import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.ProviderInfo;
import dev.penstock.aio.ProviderState;
import dev.penstock.aio.distribution.command.Instances.Registered;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.spi.Capability;
import dev.penstock.aio.spi.Probe;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * {@code aio providers}: one line for each provider, best first. Where none is usable there is no service to ask, and
 * the providers are asked themselves: that is when the reasons matter most.
 */
@Command(
        name = "providers",
        description = "Lists the providers: name, ranking, state, capabilities, and why one is unavailable.")
final class ProvidersCommand implements Callable<Integer> {
    private static final int NONE_USABLE = 1;

    private final Instances instances;

    ProvidersCommand(Instances instances) {
        this.instances = instances;
    }

    @Override
    public Integer call() {
        AsyncIo aio = instances.present();
        if (aio != null) {
            aio.providers().forEach(ProvidersCommand::print);
            return 0;
        }
        List<Registered> providers = instances.providersPresent();
        long usable = providers.stream().filter(ProvidersCommand::printProbe).count();
        System.err.println(
                usable == 0
                        ? "aio: none of " + providers.size() + " providers is usable"
                        : "aio: there is no instance that would use a provider; is its configuration refused?");
        return NONE_USABLE;
    }

    private static void print(ProviderInfo provider) {
        print(
                provider.name(),
                provider.ranking(),
                provider.state().name(),
                provider.capabilities(),
                provider.reason(),
                provider.remedy());
    }

    /** Prints what a provider says of itself; returns whether it could serve. */
    private static boolean printProbe(Registered registered) {
        AioProvider provider = registered.provider();
        Probe probe = provider.probe();
        ProviderState state = probe.isAvailable() ? ProviderState.STANDBY : ProviderState.UNAVAILABLE;
        print(
                provider.name(),
                registered.ranking(),
                state.name(),
                probe.capabilities().stream().map(Capability::name).toList(),
                probe.reason(),
                probe.remedy());
        return probe.isAvailable();
    }

    private static void print(
            String name, int ranking, String state, Collection<String> capabilities, String reason, String remedy) {
        String line = name + " ranking=" + ranking + " state=" + state.toLowerCase(Locale.ROOT) + " capabilities="
                + String.join(",", new TreeSet<>(capabilities)) + quoted("reason", reason) + quoted("remedy", remedy);
        System.out.println(line.replaceAll("\\R", " "));
    }

    private static String quoted(String name, String text) {
        return text.isEmpty() ? "" : " " + name + "=\"" + text + '"';
    }
}
