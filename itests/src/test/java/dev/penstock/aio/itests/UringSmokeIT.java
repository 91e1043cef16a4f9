package dev.penstock.aio.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.aio.itests.harness.InContainer;
import dev.penstock.aio.itests.harness.JupiterRun;
import dev.penstock.aio.tck.Tck;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.osgi.framework.Bundle;

/** A part of the TCK on the uring provider, for frameworks that do not run all of it. */
@InContainer
class UringSmokeIT extends NativeTest {
    private static final Set<String> CLASSES = Set.of(
            "AppendContractTest",
            "ArenaContractTest",
            "CancelContractTest",
            "CloseContractTest",
            "CompletionQueueContractTest",
            "LeaseContractTest",
            "ListContractTest",
            "RequestContractTest",
            "SubmitContractTest",
            "SuspendContractTest",
            "SyncContractTest",
            "TransferContractTest",
            "VirtualThreadContractTest");

    @Test
    @Timeout(300)
    void aPartOfTheTckSucceedsInside() throws Exception {
        rank(URING, -1);
        Bundle bundle = install(URING);
        bundle.start();
        List<Class<?>> classes = Tck.classes().stream()
                .filter(each -> CLASSES.contains(each.getSimpleName()))
                .toList();

        JupiterRun run = ContainedFactory.run(this, providerOf(bundle), classes);

        assertEquals(List.of(), run.failed());
        assertEquals(Map.of(), run.notRun());
        assertEquals(CLASSES.size(), run.tests().size(), "classes with tests");
    }
}
