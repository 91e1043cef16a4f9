package dev.penstock.aio.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.penstock.aio.itests.harness.FlatRun;
import dev.penstock.aio.itests.harness.InContainer;
import dev.penstock.aio.itests.harness.JupiterRun;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.tck.Tck;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;

/** The whole TCK, with engine and provider that the framework runs. */
@InContainer
class TckIT extends NativeTest {
    @Test
    @Timeout(600)
    void everyTestOfTheTckSucceedsInsideWithNio() throws Exception {
        assertAllSucceed(nio(), "provider-nio");
    }

    @Test
    @Timeout(600)
    void everyTestOfTheTckSucceedsInsideWithTheNativeProvider() throws Exception {
        rank(-1);
        Bundle bundle = install();
        bundle.start();

        assertAllSucceed(providerOf(bundle), "provider-native");
    }

    @Test
    @Timeout(600)
    void everyTestOfTheTckSucceedsInsideWithTheUringProvider() throws Exception {
        rank(URING, -1);
        Bundle bundle = install(URING);
        bundle.start();

        assertAllSucceed(providerOf(bundle), "provider-uring");
    }

    private void assertAllSucceed(AioProvider provider, String module) {
        List<Class<?>> classes = Tck.classes();
        assertFalse(classes.isEmpty());
        assertEquals(
                "dev.penstock.aio.tck", FrameworkUtil.getBundle(classes.get(0)).getSymbolicName());

        JupiterRun run = ContainedFactory.run(this, provider, classes);

        assertEquals(List.of(), run.failed());
        assertEquals(classes.size(), run.tests().size(), "classes with tests");
        FlatRun flat = FlatRun.of(Tck.class.getPackageName(), module);
        if (flat.isMissing()) {
            System.out.println("not compared with the flat run: it did not run in this build");
            assertEquals(Map.of(), run.notRun());
        } else {
            assertEquals(flat.tests(), run.tests());
            assertEquals(flat.notRun(), run.notRun().keySet());
        }
    }
}
