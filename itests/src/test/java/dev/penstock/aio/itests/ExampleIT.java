package dev.penstock.aio.itests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.penstock.aio.itests.harness.InContainer;
import dev.penstock.aio.itests.harness.TestBundle;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.ToLongBiFunction;
import org.junit.jupiter.api.Test;

/** A component with {@code @Reference AsyncIo aio} gets the service, and goes and comes with it. */
@InContainer
class ExampleIT extends ContainerTest {
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
}
