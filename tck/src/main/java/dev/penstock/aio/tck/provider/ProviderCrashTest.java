package dev.penstock.aio.tck.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.tck.system.Command;
import dev.penstock.aio.tck.system.ForeignArena;
import dev.penstock.aio.tck.system.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** In a process of its own: neither does it crash, nor are its memory and files spoiled. */
@Timeout(120)
public abstract class ProviderCrashTest {
    /** The directory of this test, removed afterwards. */
    @TempDir
    protected Path folder;

    /** Runs the module's own {@link CrashChild}, with what is to be done and the folder for its files. */
    protected abstract Command runChild(String what, Path files) throws IOException, InterruptedException;

    private Command run(String what) throws IOException, InterruptedException {
        return runChild(what, Files.createDirectories(folder.resolve("files")));
    }

    private static void assertSays(String expected, Command child) {
        assertTrue(child.output().contains(expected), child::output);
        assertEquals(0, child.status(), child::output);
    }

    @Test
    void arenasThatAreClosedInFlightHarmNobody() throws Exception {
        Needs.that(ForeignArena.isSupported(), "this Java has no arenas");
        Command child = run("arena");

        assertSays("ended=320 spoiled=0", child);
        assertSays("content=true", child);
    }

    @Test
    void interruptsHarmNoRequest() throws Exception {
        Command child = run("interrupts");

        assertSays("right=2000 open=true", child);
    }

    @Test
    void anExitWithRequestsPendingIsAnExit() throws Exception {
        assertEquals(7, run("exit").status());
        assertEquals(8, run("halt").status());
        assertEquals("f".repeat(4_096), Files.readString(folder.resolve("files/f")));
    }

    @Test
    void filesClosedInAStormSpoilNoFileOfOthers() throws Exception {
        Command child = run("storm");

        assertSays("wrong=0 bystanders=0", child);
    }
}
