package dev.penstock.aio.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.penstock.aio.distribution.Aio.Outcome;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C in the middle. Small blocks one at a time make the copy last much longer than it takes to interrupt it. */
class InterruptIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final long MIB = 1 << 20;

    @TempDir
    Path folder;

    private Aio aio;

    @BeforeEach
    void prepare() throws Exception {
        aio = new Aio(folder);
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        aio.leftNothing();
    }

    @Test
    void anInterruptedCopyRemovesTheTargetThatItMade() throws Exception {
        Path to = aio.currentDirectory().resolve("to");
        sparseFile();

        Process copy = aio.start("copy", "from", "to", "--depth", "1", "--block", "512");
        await().atMost(SOON).until(() -> Files.exists(to) && Files.size(to) > MIB);
        Aio.interrupt(copy);
        Outcome outcome = aio.end(copy);

        outcome.hasStatus(130);
        assertThat(to).doesNotExist();
        assertThat(outcome.out()).isEmpty();
    }

    @Test
    void anInterruptedCopyLeavesATargetThatExisted() throws Exception {
        Path to = aio.currentDirectory().resolve("to");
        sparseFile();
        Files.writeString(to, "x");

        Process copy = aio.start("copy", "from", "to", "--force", "--depth", "1", "--block", "512");
        await().atMost(SOON).until(() -> Files.size(to) > MIB);
        Aio.interrupt(copy);

        Outcome outcome = aio.end(copy).failsInOneLine(130);
        assertThat(outcome.err())
                .isEqualTo("aio: interrupted; to existed before and stays as it now is, in part written over\n");
        assertThat(to).exists();
    }

    @Test
    void anInterruptedDemoRemovesItsFiles() throws Exception {
        Process demo = aio.start("demo", "--size", "256M", "--depth", "1", "--block", "512");
        await().atMost(SOON).until(() -> sizeOf("aio-demo-*/target") > MIB);
        Aio.interrupt(demo);

        aio.end(demo).hasStatus(130);
    }

    private void sparseFile() throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(aio.currentDirectory().resolve("from").toFile(), "rw")) {
            file.setLength(4096 * MIB);
        }
    }

    private long sizeOf(String pattern) throws IOException {
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + aio.tempDirectory() + "/" + pattern);
        try (Stream<Path> files = Files.walk(aio.tempDirectory(), 2)) {
            for (Path file : files.filter(matcher::matches).toList()) {
                return Files.size(file);
            }
        } catch (NoSuchFileException | java.io.UncheckedIOException e) {
            return 0;
        }
        return 0;
    }
}
