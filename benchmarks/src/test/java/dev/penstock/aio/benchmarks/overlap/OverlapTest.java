package dev.penstock.aio.benchmarks.overlap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class OverlapTest {
    @TempDir
    Path folder;

    @Test
    void requestsOfAThreadThatOnlyComputesEndAndAreMeasuredAndNothingIsLeft() {
        PrintStream out = System.out;
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
        int status;
        try {
            status = Overlap.execute("--rounds", "5", "--compute", "20", "--folder", folder.toString());
        } finally {
            System.setOut(out);
        }

        assertThat(status).isZero();
        for (String kind : new String[] {"cached", "direct"}) {
            for (String provider : new String[] {"nio", "native", "uring"}) {
                for (int requests : new int[] {1, 4, 20}) {
                    assertThat(output.toString(StandardCharsets.UTF_8))
                            .containsPattern("\\| " + kind + " \\| " + provider + " \\| " + requests
                                    + " \\| [0-9.]+ \\| (?!0\\.0 )[0-9.]+ \\|( [1-9][0-9,]* \\|){2}");
                }
            }
        }
        assertThat(output.toString(StandardCharsets.UTF_8))
                .containsPattern(
                        "\\nUntil the keeper starts a staged request: median [1-9][0-9,]* us, 99 % [1-9][0-9,]* us\\n");
        assertThat(folder).isEmptyDirectory();
    }
}
