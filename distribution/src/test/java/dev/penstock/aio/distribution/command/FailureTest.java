package dev.penstock.aio.distribution.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AioException;
import dev.penstock.aio.Errno;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the command says when it fails. */
class FailureTest {
    private final PrintStream systemErr = System.err;
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void capture() {
        System.setErr(new PrintStream(err, true, UTF_8));
    }

    @AfterEach
    void release() {
        System.setErr(systemErr);
    }

    @Test
    void aFailureOfTheJdkIsToldWithItsReasonAndNotOnlyWithItsFile() {
        assertThat(said(1, new NoSuchFileException("/a"))).isEqualTo("aio: /a: no such file");
        assertThat(said(1, new AccessDeniedException("/a"))).isEqualTo("aio: /a: access denied");
        assertThat(said(1, new DirectoryNotEmptyException("/a"))).isEqualTo("aio: /a: directory not empty");
        assertThat(said(1, new FileSystemException("/a", null, "Read-only file system")))
                .isEqualTo("aio: /a: Read-only file system");
    }

    @Test
    void whatExplainsItselfIsToldAsItIsInOneLine() {
        assertThat(said(1, new AioException("open path=/a", Errno.EIO))).isEqualTo("aio: open path=/a: EIO (5)");
        assertThat(said(1, new IOException("one\n  two"))).isEqualTo("aio: one two");
    }

    @Test
    void anInterruptIsToldOnlyWhereItLeftSomething() {
        assertThat(said(130, new InterruptedException("waiting"))).isEmpty();
        assertThat(said(130, new InterruptedCopyException("interrupted; a stays", new InterruptedException())))
                .isEqualTo("aio: interrupted; a stays");
    }

    private String said(int status, Exception failure) {
        err.reset();
        assertThat(AioCommand.failed(failure)).isEqualTo(status);
        return err.toString(UTF_8).stripTrailing();
    }
}
