package dev.penstock.aio.provider.nio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.tck.system.Command;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The end of the whole process, for which nothing of ours waits. */
class ExitTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"return", "exit"})
    void aProcessEndsThoughRequestsRunAndNothingWasClosed(String how) throws Exception {
        Command command = Command.run(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ExitMain.class.getName(),
                how,
                folder.resolve("f").toString()));

        assertThat(command.output()).contains("held=2").doesNotContain("told");
        assertThat(command.status()).isZero();
    }
}
