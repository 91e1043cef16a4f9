package dev.penstock.aio.itests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.Errno;
import dev.penstock.aio.itests.harness.InContainer;
import dev.penstock.aio.itests.harness.ReadmeExample;
import dev.penstock.aio.itests.harness.TestBundle;
import dev.penstock.aio.spi.TransferKind;
import dev.penstock.aio.tck.Bounded;
import dev.penstock.aio.tck.FaultingProvider;
import dev.penstock.aio.tck.Faults;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongBiFunction;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** A component with {@code @Reference AsyncIo aio} gets the service, and goes and comes with it; and so README.md's. */
@InContainer
class ExampleIT extends ContainerTest {
    /** What the example leaves out. */
    private static final String IMPORTS = "import static java.nio.file.StandardOpenOption.*;"
            + " import dev.penstock.aio.*; import java.nio.ByteBuffer; import java.nio.file.Path;"
            + " import java.util.concurrent.CompletionStage; import org.osgi.service.component.annotations.*;\n";

    private static InputStream example() {
        return TestBundle.of("example", "dev.penstock.aio.itests.example", "");
    }

    @SuppressWarnings("unchecked") // That is what the example's component is.
    private ToLongBiFunction<Path, Path> copier() {
        return service(ToLongBiFunction.class);
    }

    @Test
    void aComponentThatRefersToTheServiceCopiesAFile() throws Exception {
        byte[] bytes = new byte[300_000];
        new Random(42).nextBytes(bytes);
        Path from = Files.write(folder.resolve("from"), bytes);
        Path to = folder.resolve("to");

        start("example", example());

        assertEquals(300_000, copier().applyAsLong(from, to));
        assertArrayEquals(bytes, Files.readAllBytes(to));
        assertFalse(shell("aio:files").contains(folder.toString()), () -> shell("aio:files"));
    }

    @Test
    void theComponentWaitsForTheServiceAndEndsWithIt() throws Exception {
        bundle(ENGINE).stop();
        start("example", example());
        assertEquals(null, context.getServiceReference(ToLongBiFunction.class));

        bundle(ENGINE).start();

        Path from = Files.writeString(folder.resolve("from"), "water");
        assertEquals(5, copier().applyAsLong(from, folder.resolve("to")));
        bundle(ENGINE).stop();
        assertEquals(null, context.getServiceReference(ToLongBiFunction.class));
        bundle(ENGINE).start();
        assertEquals(5, copier().applyAsLong(from, folder.resolve("again")));
    }

    // ---- the example of README.md

    /** Starts a bundle of the example, with its log in the folder of the test, and returns its component. */
    private Object journal() throws Exception {
        String code = ReadmeExample.of("Use it in a bundle");
        String log = folder.resolve("journal.log").toString();
        assertTrue(code.contains("\"journal.log\""), code);
        Path classes = ReadmeExample.compile(
                "readme.Journal",
                "package readme; " + IMPORTS + code.replace("\"journal.log\"", '"' + log + '"'),
                folder,
                "dev.penstock.aio.api",
                "org.osgi.service.component.annotations");
        Bundle bundle = start("readme", TestBundle.of(classes, "readme", "readme", ""));
        BundleContext inside = bundle.getBundleContext();
        Bounded.await("the component", () -> inside.getServiceReference("readme.Journal") != null);
        return inside.getService(inside.getServiceReference("readme.Journal"));
    }

    private static CompletionStage<?> record(Object journal, String entry) throws Exception {
        return (CompletionStage<?>) journal.getClass()
                .getMethod("record", ByteBuffer.class)
                .invoke(journal, ByteBuffer.wrap(entry.getBytes(StandardCharsets.US_ASCII)));
    }

    private static Object end(CompletionStage<?> stage) throws Exception {
        return stage.toCompletableFuture().get(Bounded.LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Test
    void theJournalOfTheReadmeRecordsItsEntriesInTheirOrder() throws Exception {
        Object journal = journal();

        CompletionStage<?> first = record(journal, "one ");
        CompletionStage<?> second = record(journal, "two ");
        end(first);
        end(second);

        assertEquals("one two ", Files.readString(folder.resolve("journal.log")));
    }

    @Test
    void theJournalOfTheReadmeDoesNotReportAnEntryAsRecordedThatWasNotWritten() throws Exception {
        FaultingProvider provider = new FaultingProvider(StandIn.named("faulting", nio()));
        endAfterwards(provider.faults()::clear);
        register(provider, 100);
        Object journal = journal();
        provider.faults().fail(Faults.kind(TransferKind.WRITE), Errno.ENOSPC, 1);

        ExecutionException failure = assertThrows(ExecutionException.class, () -> end(record(journal, "lost ")));

        expectErrno(Errno.ENOSPC, () -> {
            throw failure.getCause();
        });
        end(record(journal, "kept "));
        assertEquals("kept ", Files.readString(folder.resolve("journal.log")));
    }
}
