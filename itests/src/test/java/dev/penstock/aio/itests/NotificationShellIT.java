package dev.penstock.aio.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.itests.harness.InContainer;
import dev.penstock.aio.notification.CompletionListener;
import dev.penstock.aio.notification.Notifications;
import dev.penstock.aio.tck.Bounded;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;

/** The commands of the shell that come with the notification service. */
@InContainer
class NotificationShellIT extends NotificationTest {
    private Notifications notifications;
    private AsyncIo io;

    @BeforeEach
    void start() throws Exception {
        notifications = startNotification();
        io = service(AsyncIo.class);
    }

    // ---- aio:listeners

    @Test
    void listenersSaysThatThereAreNone() {
        assertEquals("no listeners", shell("aio:listeners"));
    }

    @Test
    void listenersTellsOfEachWhoseItIsWhatItWantsAndWhatBecameOfItsCalls() throws Exception {
        BundleContext user = user("user");
        AsyncIo own = io(user);
        Recorder recorder = new Recorder();
        listen(user, recorder, CompletionListener.TAG, new String[] {"a", "b"});
        listen(context, completion -> {
            throw new IOException("for the count");
        });

        write(own, open(own, "f"), "a");
        write(io, open(io, "g"), "c");
        recorder.awaitTag("a");

        String wanted = "(?s).*" + Pattern.quote(Recorder.class.getName()) + " \\[service \\d+] bundle=user \\["
                + user.getBundle().getBundleId() + "] penstock.tag=a,b\\R"
                + "  delivered=1 dropped=0 failed=0 overran=0 queued=0(\\R.*)?";
        Bounded.await("user's listener", () -> shell("aio:listeners").matches(wanted));
        Bounded.await(
                "the other listener",
                () -> shell("aio:listeners")
                        .contains("bundle=" + name(context) + System.lineSeparator()
                                + "  delivered=1 dropped=0 failed=1 overran=0 queued=0"));
        assertEquals(2, shell("aio:listeners").split("bundle=", -1).length - 1, () -> shell("aio:listeners"));
    }

    @Test
    void listenersShowsWhoIsSetAside() throws Exception {
        configureNotification("failures.max", 1);
        service(Notifications.class);
        listen(context, completion -> {
            throw new IOException("once is enough");
        });

        write(io, open(io, "f"), "a");

        Bounded.await(
                "it to be set aside", () -> shell("aio:listeners").contains("failed=1 overran=0 queued=0 SET ASIDE"));
    }

    // ---- aio:watch

    /** A shell with somebody before it, who has typed a command that goes on. */
    private final class Typist {
        private final PipedOutputStream keys = new PipedOutputStream();
        private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
        private final AtomicReference<Object> answer = new AtomicReference<>();
        private final CommandSession session;
        private final Thread thread;

        Typist(String command) throws IOException {
            PrintStream out = new PrintStream(screen, true, StandardCharsets.UTF_8);
            session = service(CommandProcessor.class).createSession(new PipedInputStream(keys), out, out);
            endAfterwards(session);
            endAfterwards(keys);
            thread = inBackground(() -> answer.set(session.execute(command)));
            awaitScreen("watching");
        }

        String screen() {
            return screen.toString(StandardCharsets.UTF_8);
        }

        void awaitScreen(String text) {
            Bounded.await(text, () -> screen().contains(text));
        }

        /** Returns what the command answers now that it ends. */
        String answer() {
            Bounded.join(thread);
            return String.valueOf(answer.get());
        }
    }

    @Test
    void watchShowsTheCompletionsOfAllBundlesThatMatchUntilAKeyIsPressed() throws Exception {
        BundleContext user = user("user");
        AsyncIo own = io(user);
        AsyncFile file = open(own, "f");
        Typist typist = new Typist("aio:watch penstock.operation=READ 'penstock.path=" + folder + "/*'");
        assertTrue(shell("aio:listeners").contains("aio:watch bundle=" + NOTIFICATION), () -> shell("aio:listeners"));

        write(own, file, "written");
        read(own, file, "read");
        typist.awaitScreen("tag=read");
        assertTrue(typist.screen().contains("READ " + folder.resolve("f")), typist::screen);
        assertFalse(typist.screen().contains("tag=written"), typist::screen);
        typist.keys.write('q');
        typist.keys.flush();

        assertEquals("1 of 1 completions shown", typist.answer());
        assertEquals("no listeners", shell("aio:listeners"));
        assertEquals(0, notifications.listeners().size());
    }

    @Test
    void watchEndsWithItsInput() throws Exception {
        Typist typist = new Typist("aio:watch");
        write(io, open(io, "f"), "a");
        typist.awaitScreen("tag=a");

        typist.keys.close();

        assertEquals("the input has ended; 1 of 1 completions shown", typist.answer());
        assertEquals("no listeners", shell("aio:listeners"));
    }

    @Test
    void watchRefusesAMalformedFilterAndListensToNothing() {
        AssertionError refusal =
                assertThrows(AssertionError.class, () -> shell("aio:watch penstock.operation=SCRIBBLE"));

        assertTrue(
                refusal.getCause().getMessage().contains("penstock.operation=SCRIBBLE"),
                () -> refusal.getCause().toString());
        assertEquals("no listeners", shell("aio:listeners"));
    }

    /** What it prints on a slow terminal must not hold anybody up. */
    @Test
    void aTerminalThatTakesNothingDelaysNoOtherListener() throws Exception {
        PipedInputStream input = new PipedInputStream();
        PipedOutputStream keys = new PipedOutputStream(input);
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch mayGo = new CountDownLatch(1);
        endAfterwards(mayGo::countDown);
        PrintStream out = new PrintStream(
                new OutputStream() {
                    @Override
                    public void write(int b) {
                        if (Thread.currentThread().getName().startsWith("penstock-notification")) {
                            stuck.countDown();
                            Bounded.await(mayGo);
                        }
                    }
                },
                true,
                StandardCharsets.UTF_8);
        CommandSession session = service(CommandProcessor.class).createSession(input, out, out);
        endAfterwards(session);
        Recorder recorder = new Recorder();
        listen(context, recorder);
        AsyncFile file = open(io, "f");
        Thread watching = inBackground(() -> session.execute("aio:watch"));
        Bounded.await("the watch", () -> notifications.listeners().size() == 2);

        for (int i = 0; i < 100; i++) {
            write(io, file, "w" + i);
        }

        Bounded.await(stuck);
        recorder.awaitCount(100);
        assertEquals(1, mayGo.getCount());
        mayGo.countDown();
        keys.close();
        Bounded.join(watching);
    }
}
