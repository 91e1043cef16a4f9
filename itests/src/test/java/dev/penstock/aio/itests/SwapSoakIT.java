package dev.penstock.aio.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.itests.harness.InContainer;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.spi.CompletionTap;
import dev.penstock.aio.tck.Bounded;
import dev.penstock.aio.tck.SwapWorkload;
import dev.penstock.aio.tck.SyncWitness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.metatype.MetaTypeService;

/**
 * What users do goes on unharmed while operations staff stop, start, rank, configure and update providers all the time.
 * For longer than usual with the profile {@code soak}.
 */
@InContainer
class SwapSoakIT extends SwapContainerTest {
    /** Of both tests together. */
    private static final long SECONDS = Long.getLong("penstock.swap.seconds", 10);

    private static final Duration EACH = Duration.ofMillis(SECONDS * 1_000 / 2);
    private static final Set<ProviderChanges.What> EVERY_CHANGE = EnumSet.allOf(ProviderChanges.What.class);
    private static final long LEAST_SWITCHES = SECONDS;
    private static final long LEAST_MOVED = 10 * SECONDS;
    private static final Pattern PROVIDER = Pattern.compile(" provider=(\\S+) ");
    private static final Pattern FAILED = Pattern.compile("requests failed +(\\d+)");

    private final long seed = System.nanoTime();
    private final SwitchLog switches = new SwitchLog();
    /** The names of the providers that files were with. */
    private final Set<String> seen = new TreeSet<>();

    private AsyncIo configure(String providers) throws Exception {
        configuration(ENGINE).update(properties("swap.settle.ms", 0, "Provider.target", providers));
        ConfigurationFence.await(context);
        ServiceRegistration<CompletionTap> tap = context.registerService(CompletionTap.class, switches, null);
        endAfterwards(() -> unregister(tap));
        return service(AsyncIo.class);
    }

    /** Runs users while everything is done to every provider; prints what happened. */
    private void soak(AsyncIo io, List<Bundle> providers, AioProvider standIn, SyncWitness witness) throws Exception {
        List<String> names = new ArrayList<>(List.of(standIn.name()));
        providers.forEach(bundle -> names.add(providerName(bundle)));
        ProviderChanges changes = new ProviderChanges(context, seed);
        for (Bundle bundle : providers) {
            changes.add(bundle, service(MetaTypeService.class), this::configuration);
        }
        changes.add(standIn);
        endAfterwards(changes);
        SwapWorkload workload = new SwapWorkload(io, folder, seed, witness);
        try {
            workload.run(EACH, new SwapWorkload.Meanwhile() {
                @Override
                public void step() throws Exception {
                    changes.step();
                    PROVIDER.matcher(shell("aio:files")).results().forEach(found -> seen.add(found.group(1)));
                }

                @Override
                public boolean isEnough() {
                    return seen.containsAll(names)
                            && changes.counts().keySet().equals(EVERY_CHANGE)
                            && switches.switches() >= LEAST_SWITCHES
                            && switches.moved() >= LEAST_MOVED;
                }
            });
        } catch (AssertionError e) {
            throw withState(e);
        } finally {
            System.out.println(
                    "swap soak: seed=" + seed + " providers=" + names + " changes=" + changes.counts() + "\n  "
                            + switches + "\n  " + workload.report() + "\n"
                            + shell("aio:stats").lines().skip(1).reduce("", (a, b) -> a + b + "\n"));
        }
        assertEquals("0", first(FAILED, shell("aio:stats")), () -> shell("aio:stats"));
        assertEquals(EVERY_CHANGE, changes.counts().keySet());
        assertTrue(seen.containsAll(names), () -> "files were with " + seen + " and not with all of " + names);
        assertTrue(switches.switches() >= LEAST_SWITCHES, switches::toString);
        assertTrue(switches.moved() >= LEAST_MOVED, switches::toString);
        // What was left by a move is closed in the background.
        Bounded.await("the end of every descriptor", () -> Leftovers.descriptors(folder) == 0);
    }

    private static String first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertTrue(matcher.find(), text);
        return matcher.group(1);
    }

    /** Tells with a failure what the engine and each thread are at. */
    private AssertionError withState(AssertionError failure) {
        StringBuilder state = new StringBuilder(failure.getMessage());
        for (String command : List.of("aio:providers", "aio:files", "aio:requests", "aio:stats")) {
            state.append('\n').append(shell(command));
        }
        Thread.getAllStackTraces().forEach((thread, stack) -> {
            state.append('\n').append(thread);
            for (StackTraceElement frame : stack) {
                state.append("\n    at ").append(frame);
            }
        });
        AssertionError told = new AssertionError(state.toString(), failure);
        for (Throwable suppressed : failure.getSuppressed()) {
            told.addSuppressed(suppressed);
        }
        return told;
    }

    @Test
    @Timeout(1_200)
    void noRequestIsLostOrRepeatedAndNoneFailsWhateverIsDoneToProviders() throws Exception {
        AsyncIo io = configure("(objectClass=*)");

        soak(io, startProviders(), standIn(), SyncWitness.NONE);
    }

    @Test
    @Timeout(1_200)
    void noSyncIsToldAsDoneThatNoProviderHasCarriedOut() throws Exception {
        SyncWitness witness = new SyncWitness();
        ObservedProviders observed = new ObservedProviders(context, witness);
        observed.open();
        endAfterwards(observed::close);
        AsyncIo io = configure(ObservedProviders.ONLY_OBSERVED);

        soak(io, startProviders(), standIn(), witness);
    }
}
