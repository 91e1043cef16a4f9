package dev.penstock.aio.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.itests.harness.InContainer;
import dev.penstock.aio.itests.harness.ReadmeExample;
import dev.penstock.aio.itests.harness.TestBundle;
import dev.penstock.aio.notification.Notifications;
import dev.penstock.aio.tck.Bounded;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;

/** The listener of README.md, as it stands there. */
@InContainer
class ReadmeListenerIT extends NotificationTest {
    private static final String IMPORTS =
            "import dev.penstock.aio.notification.*;" + "import org.osgi.service.component.annotations.Component;";

    private BundleContext startTheListener() throws Exception {
        String code = ReadmeExample.of("Listen to completions");
        assertTrue(code.contains("/var/lib/shop/**"), code);
        Path classes = ReadmeExample.compile(
                "readme.Replication",
                "package readme; " + IMPORTS + code.replace("/var/lib/shop", folder.toString()),
                folder,
                "dev.penstock.aio.api",
                "org.osgi.service.component.annotations");
        return start("readme", TestBundle.of(classes, "readme", "readme", "")).getBundleContext();
    }

    @Test
    void theListenerOfTheReadmeIsToldOfWrites() throws Exception {
        Notifications notifications = startNotification();
        BundleContext user = startTheListener();
        Bounded.await("it is registered", () -> listenersOf(user, notifications).size() == 1);
        AsyncIo io = io(user);
        AsyncFile file = open(io, "stock");
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream before = System.out;
        endAfterwards(() -> System.setOut(before));
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));

        write(io, file, "asked for");
        read(io, file, "not asked for");
        write(io, file, "asked for");

        String line = file.path() + ": 4 bytes at 0\n";
        Bounded.await(
                "both are printed",
                () -> printed.toString(StandardCharsets.UTF_8).endsWith(line + line));
        assertEquals(line + line, printed.toString(StandardCharsets.UTF_8));
    }
}
