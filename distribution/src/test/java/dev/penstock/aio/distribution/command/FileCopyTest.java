package dev.penstock.aio.distribution.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Standalone;
import dev.penstock.aio.distribution.command.ScriptedProvider.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The copy on a backend that completes in any order, moves too little and fails. */
@Timeout(60)
class FileCopyTest {
    private static final int BLOCK = 1000;
    private static final int DIRECT_BLOCK = 1024;
    private static final long NOWHERE = Long.MAX_VALUE;

    @TempDir
    Path folder;

    private Path from;
    private Path to;

    @BeforeEach
    void names() {
        from = folder.resolve("from");
        to = folder.resolve("to");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 999, 1000, 1001, 31_999, 100_000})
    void shortTransfersInAnyOrderGiveTheSameFileAndDigest(int size) throws Exception {
        byte[] content = randomFile(size);

        CopyResult copied = copy(new Script(size, 700, 1, NOWHERE), new CopyOptions(32, BLOCK, false, true, false));

        assertThat(to).hasBinaryContent(content);
        assertThat(copied.bytes()).isEqualTo(size);
        assertThat(copied.sha256()).isEqualTo(sha256(content));
        assertThat(copied.provider()).isEqualTo("scripted");
        assertThat(copied.requests()).isEqualTo(copied.latencies().count() + 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 512, 513, 1024, 20_000})
    void directTransfersArePaddedAndTheTargetIsCutToItsSize(int size) throws Exception {
        byte[] content = randomFile(size);

        CopyResult copied =
                copy(new Script(size, 700, 512, NOWHERE), new CopyOptions(4, DIRECT_BLOCK, true, false, false));

        assertThat(to).hasBinaryContent(content);
        assertThat(copied.sha256()).isEqualTo(sha256(content));
    }

    @Test
    void aBlockThatTheAlignmentDoesNotDivideIsRefusedAndNothingIsLeft() throws Exception {
        randomFile(10);

        assertThatThrownBy(() ->
                        copy(new Script(1, 700, 4096, NOWHERE), new CopyOptions(4, DIRECT_BLOCK, true, false, false)))
                .isInstanceOf(MisalignedBlockException.class)
                .hasMessage("--block=1024 with --direct: must be a multiple of 4096");
        assertThat(to).doesNotExist();
    }

    @Test
    void aFailedWriteIsToldWithFileAndOffsetAndTheNewTargetIsRemoved() throws Exception {
        randomFile(50_000);

        assertThatThrownBy(() -> copy(new Script(1, 5000, 1, 30_000), new CopyOptions(4, BLOCK, false, false, false)))
                .isInstanceOfSatisfying(AioException.class, failure -> {
                    assertThat(failure.errno()).isEqualTo(Errno.EIO);
                    assertThat(failure.offset()).isBetween(30_000L, 34_000L);
                })
                .hasMessageStartingWith("write file=" + to + " offset=3");
        assertThat(to).doesNotExist();
    }

    @Test
    void aFailedWriteLeavesATargetThatExistedAndSaysSo() throws Exception {
        randomFile(50_000);
        Files.write(to, new byte[100_000]);

        assertThatThrownBy(() -> copy(new Script(1, 5000, 1, 30_000), new CopyOptions(4, BLOCK, false, false, true)))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("write file=" + to + " offset=3")
                .hasMessageContaining("EIO (5)")
                .hasMessageEndingWith(to + " existed before and stays as it now is, in part written over");
        assertThat(to).exists().hasSize(100_000);
    }

    @Test
    void forceCutsALongerTargetToTheNewSize() throws Exception {
        byte[] content = randomFile(5_500);
        Files.write(to, new byte[100_000]);

        copy(new Script(1, 5000, 1, NOWHERE), new CopyOptions(4, BLOCK, false, false, true));

        assertThat(to).hasBinaryContent(content);
    }

    @Test
    void anInterruptRemovesTheNewTarget() throws Exception {
        randomFile(50_000);

        assertThatThrownBy(() -> copyInterrupted(new CopyOptions(4, BLOCK, false, false, false)))
                .isInstanceOf(InterruptedException.class);
        assertThat(to).doesNotExist();
    }

    @Test
    void anInterruptLeavesATargetThatExistedAndSaysSo() throws Exception {
        randomFile(50_000);
        Files.write(to, new byte[100_000]);

        assertThatThrownBy(() -> copyInterrupted(new CopyOptions(4, BLOCK, false, false, true)))
                .isInstanceOf(InterruptedException.class)
                .hasMessage("interrupted; " + to + " existed before and stays as it now is, in part written over");
        assertThat(to).exists();
    }

    private CopyResult copy(Script script, CopyOptions options) throws IOException, InterruptedException {
        return copy(script, options, Disturbance.NONE);
    }

    /** The interrupt comes when both files are open, and nothing was copied yet. */
    private CopyResult copyInterrupted(CopyOptions options) throws IOException, InterruptedException {
        return copy(new Script(1, 700, 1, NOWHERE), options, new Disturbance() {
            @Override
            public void begin() {
                Thread.currentThread().interrupt();
            }

            @Override
            public void end() {
                // It is over when somebody has noticed.
            }

            @Override
            public String remark() {
                return "";
            }
        });
    }

    private CopyResult copy(Script script, CopyOptions options, Disturbance disturbance)
            throws IOException, InterruptedException {
        ScriptedProvider.script = script;
        try (Standalone aio = AsyncIo.load(Map.of("provider", "scripted"))) {
            return new FileCopy(aio, from, to, options, disturbance).run();
        }
    }

    private byte[] randomFile(int size) throws IOException {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        Files.write(from, content);
        return content;
    }

    private static String sha256(byte[] content) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    }
}
