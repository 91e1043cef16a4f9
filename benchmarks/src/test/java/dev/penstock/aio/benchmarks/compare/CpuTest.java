package dev.penstock.aio.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class CpuTest {
    @TempDir
    Path folder;

    @Test
    @Timeout(60)
    void workOfThisProcessIsSeen() {
        Cpu before = Cpu.ofThisProcess();
        Cpu used;
        do {
            used = Cpu.ofThisProcess().since(before);
        } while (used.userNs() == 0 || used.systemNs() == 0);

        assertThat(used.isKnown()).isTrue();
    }

    @Test
    void workOfAProgramIsSeenWhenItHasEnded() throws IOException, InterruptedException {
        Cpu before = Cpu.ofEndedChildren();

        Program.run(List.of("sh", "-c", "i=0; while [ $i -lt 300000 ]; do i=$((i + 1)); done"), folder, 0);

        assertThat(Cpu.ofEndedChildren().since(before).userNs()).isPositive();
    }

    @Test
    void whatIsUnknownStaysUnknown() {
        Cpu some = new Cpu(5, 7);

        assertThat(some.since(Cpu.UNKNOWN).isKnown()).isFalse();
        assertThat(some.without(new Cpu(6, 1))).isEqualTo(new Cpu(0, 6));
    }
}
