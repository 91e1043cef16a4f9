package dev.penstock.aio.benchmarks.swap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SwapPauseTest {
    @TempDir
    Path folder;

    @Test
    void bothWaysAreMeasuredForReadsAndWritesAndNothingIsLeft() {
        PrintStream out = System.out;
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
        int status;
        try {
            status = SwapPause.execute("--swaps", "3", "--folder", folder.toString());
        } finally {
            System.setOut(out);
        }

        assertThat(status).isZero();
        for (String work : new String[] {"random_read", "random_write"}) {
            assertThat(output.toString(StandardCharsets.UTF_8))
                    .containsPattern("\\| " + work + " \\| nio \\| native \\| 3 \\|( [1-9][0-9,]* \\|){3}")
                    .containsPattern("\\| " + work + " \\| native \\| nio \\| 3 \\|( [1-9][0-9,]* \\|){3}")
                    .containsPattern("\\| " + work + " \\| native \\| no move \\| 3 \\|");
        }
        assertThat(folder).isEmptyDirectory();
    }
}
