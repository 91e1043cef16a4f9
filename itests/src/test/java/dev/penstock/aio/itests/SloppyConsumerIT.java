package dev.penstock.aio.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.itests.harness.InContainer;
import dev.penstock.aio.itests.harness.TestBundle;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;

/** A bundle that cleans nothing up is cleaned up after, however often it comes and goes. */
@InContainer
class SloppyConsumerIT extends ContainerTest {
    private static final int ROUNDS = 20;
    private static final String MOVER = "penstock-default-(mover|closer|switcher)-[0-9]+";
    /** 16 that open, 16 that close, 2 that do neither. */
    private static final int MOVERS_MAX = 34;

    private final Collectable loaders = new Collectable();

    private void startAndStop() throws Exception {
        Bundle consumer =
                start("sloppy", TestBundle.of("sloppy", "dev.penstock.aio.itests.consumer", "SloppyConsumer"));
        loaders.add(consumer.adapt(BundleWiring.class).getClassLoader());
        Path storage = consumer.getBundleContext().getDataFile("").toPath();
        assertEquals(2, Leftovers.descriptors(storage));
        assertTrue(shell("aio:files").contains("user=sloppy"), () -> shell("aio:files"));
        consumer.stop();
        assertEquals(0, Leftovers.descriptors(storage));
        consumer.uninstall();
    }

    @Test
    void itLeavesNoFileNoLeaseAndNoThread() throws Exception {
        bundle(ENGINE).stop();
        Leftovers leftovers = new Leftovers();
        bundle(ENGINE).start();
        service(AsyncIo.class);
        startAndStop();
        long directBytes = Leftovers.directBytes();

        for (int round = 1; round < ROUNDS; round++) {
            startAndStop();
        }

        assertEquals("instance default", shell("aio:files"));
        assertEquals("instance default", shell("aio:requests"));
        long grown = Leftovers.directBytes() - directBytes;
        assertTrue(grown < 1 << 20, () -> "direct memory has grown by " + grown);
        assertPoolsAreBounded(leftovers.threads());
        bundle(ENGINE).stop();
        leftovers.awaitNoThreads();
        loaders.awaitCollected("class loaders of stopped consumers");
        bundle(ENGINE).start();
    }

    /** Asserts that what there is now are the instance's own pools: not one thread for each consumer. */
    private static void assertPoolsAreBounded(List<String> threads) {
        assertEquals(threads.size(), Set.copyOf(threads).size(), threads::toString);
        for (String name : threads) {
            assertTrue(
                    name.matches("penstock-default-(callback-[12]|chores-[12]|fallback-1|nio-keeper-0)"
                            + "|penstock-nio-default-([0-9]|1[0-5])|" + MOVER),
                    threads::toString);
        }
        // Those end when they have been idle, and others have other numbers.
        long movers = threads.stream().filter(name -> name.matches(MOVER)).count();
        assertTrue(movers <= MOVERS_MAX, threads::toString);
    }
}
