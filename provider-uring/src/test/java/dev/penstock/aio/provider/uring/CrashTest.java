package dev.penstock.aio.provider.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.tck.system.ChildJvm;
import dev.penstock.aio.tck.system.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** In a process of its own: neither does it crash, nor are its memory and files spoiled. */
@Timeout(120)
class CrashTest {
    @TempDir
    Path folder;

    private Command run(String what) throws IOException, InterruptedException {
        Path files = Files.createDirectories(folder.resolve("files"));
        return Children.granted(ChildJvm.in(folder)).runToTheEnd(ChildCrashMain.class, what, files.toString());
    }

    @Test
    void arenasThatAreClosedInFlightHarmNobody() throws Exception {
        Command child = run("arena");

        assertThat(child.output()).contains("ended=320 spoiled=0").contains("content=true");
        assertThat(child.status()).isZero();
    }

    @Test
    void interruptsHarmNoRequest() throws Exception {
        Command child = run("interrupts");

        assertThat(child.output()).contains("right=2000 open=true");
        assertThat(child.status()).isZero();
    }

    @Test
    void anExitWithRequestsPendingIsAnExit() throws Exception {
        assertThat(run("exit").status()).isEqualTo(7);
        assertThat(run("halt").status()).isEqualTo(8);
        assertThat(folder.resolve("files/f")).hasContent("f".repeat(4_096));
    }

    @Test
    void filesClosedInAStormSpoilNoFileOfOthers() throws Exception {
        Command child = run("storm");

        assertThat(child.output()).contains("wrong=0 bystanders=0");
        assertThat(child.status()).isZero();
    }
}
