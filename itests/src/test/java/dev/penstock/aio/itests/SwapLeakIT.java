package dev.penstock.aio.itests;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Lease;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.itests.harness.InContainer;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.tck.Bounded;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;

/**
 * Providers come, take over a file that stays open, are used, and go: nothing of them stays, however often. More often
 * than usual with the profile {@code soak}.
 */
@InContainer
class SwapLeakIT extends SwapContainerTest {
    private static final int ROUNDS = Integer.getInteger("penstock.swap.rounds", 50);
    /** Until then pools and caches fill, of the engine and of the JVM. */
    private static final int WARM_UP = 10;

    private static final int BYTES = 64 * 1024;

    /** Below every other provider. */
    private static final int RANKING = -1_000;

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BYTES);
    /** Of all blocks that are kept. */
    private final ByteBuffer one = ByteBuffer.allocateDirect(1);

    private final Collectable loaders = new Collectable();
    /** What a user may keep for ever: what has ended on a provider that has gone. */
    private final List<Object> kept = new ArrayList<>();

    private AsyncIo io;
    private AioProvider standIn;
    private ServiceRegistration<AioProvider> present;
    private AsyncFile file;

    static Stream<String> providers() {
        return offered().stream();
    }

    @ParameterizedTest
    @MethodSource("providers")
    @Timeout(600)
    void aFileThatFollowsKeepsNothingOfProvidersThatHaveGone(String symbolicName) throws Exception {
        removeNio();
        standIn = standIn();
        present = register(standIn, RANKING);
        configuration(ENGINE).update(properties("swap.settle.ms", 0));
        ConfigurationFence.await(context);
        io = service(AsyncIo.class);
        Leftovers leftovers = new Leftovers();
        file = io.open(folder.resolve("f"), READ, WRITE, CREATE);
        endAfterwards(file);

        for (int round = 0; round < WARM_UP; round++) {
            comeAndGo(symbolicName, round % 2 == 0);
        }
        Footprint before = settled(leftovers);
        for (int round = WARM_UP; round < ROUNDS; round++) {
            comeAndGo(symbolicName, round % 2 == 0);
        }

        Footprint after = settled(leftovers);
        System.out.println(
                "swap leaks: " + symbolicName + " rounds=" + ROUNDS + " before=" + before + " after=" + after);
        after.assertNotLargerThan(before);
        assertTrue(
                Leftovers.descriptors(folder) <= 2,
                () -> "descriptors of one open file: " + Leftovers.descriptors(folder));
        assertEquals(2 * ROUNDS, kept.size());
        assertEquals(
                Set.of(),
                Set.copyOf(context.getBundle(0).adapt(FrameworkWiring.class).getRemovalPendingBundles()));
    }

    private Footprint settled(Leftovers leftovers) {
        loaders.awaitCollected("class loaders of providers that have gone");
        return Footprint.settled(leftovers, folder);
    }

    /** The tests of this class have the bundles of providers by themselves. */
    private void removeNio() throws Exception {
        for (Bundle bundle : context.getBundles()) {
            if (NIO.equals(bundle.getSymbolicName())) {
                bundle.uninstall();
            }
        }
    }

    /** A provider comes and goes, after which there is another one, or for a while none. */
    private void comeAndGo(String symbolicName, boolean toAnother) throws Exception {
        Bundle bundle = install(symbolicName);
        bundle.start();
        loaders.add(bundle.adapt(BundleWiring.class).getClassLoader());
        awaitWith(providerName(bundle));
        use(file);
        try (AsyncFile other = io.open(folder.resolve("g"), READ, WRITE, CREATE)) {
            use(other);
            kept.add(other);
            kept.add(ended(other));
        }
        if (!toAnother) {
            present.unregister();
        }

        bundle.uninstall();

        if (!toAnother) {
            awaitWith("none");
            present = register(standIn, RANKING);
        }
        awaitWith(STAND_IN);
        use(file);
    }

    private void awaitWith(String provider) {
        Bounded.await(
                "the file to be with " + provider,
                () -> shell("aio:files").contains(file.path() + " provider=" + provider + " pending=0 user="));
    }

    /** A control block that is collected, and may be started again with another file. */
    private ControlBlock ended(AsyncFile used) throws Exception {
        ControlBlock block = io.controlBlock().file(used).buffer(one).offset(0);
        io.read(block);
        io.suspend(new ControlBlock[] {block});
        assertEquals(1, io.result(block));
        return block;
    }

    private void use(AsyncFile used) throws Exception {
        try (Lease lease = io.lease(BYTES)) {
            assertEquals(BYTES, answer(used.write(lease, 0)));
        }
        assertEquals(BYTES, answer(used.write(buffer.clear(), BYTES)));
        answer(used.sync(SyncMode.DATA));
        assertEquals(BYTES, answer(used.read(buffer.clear(), 0)));
    }
}
