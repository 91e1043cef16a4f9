package dev.penstock.aio.benchmarks.notify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NotificationRatesTest {
    @TempDir
    Path folder;

    @Test
    void bothMeasurementsComeToTheirEndAndLeaveNothing() {
        PrintStream out = System.out;
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
        int status;
        try {
            status = NotificationRates.execute("--seconds", "0.1", "--rounds", "2", "--folder", folder.toString());
        } finally {
            System.setOut(out);
        }

        assertThat(status).isZero();
        assertThat(output.toString(StandardCharsets.UTF_8))
                .containsPattern("\\n\\| 1 \\| one by one \\|( [1-9][0-9,]* \\|){3} [0-9,]+ \\|\\n")
                .containsPattern("\\n\\| 10 \\| batches of 256 \\|( [1-9][0-9,]* \\|){3} [0-9,]+ \\|\\n")
                .containsPattern("\\n\\| 2 \\| [1-9][0-9,]* \\| [1-9][0-9,]* \\| \\d+\\.\\d{3} \\|\\n")
                .containsPattern("\\nMedian of the ratios \\d+\\.\\d{3}, from ");
        assertThat(folder).isEmptyDirectory();
    }
}
