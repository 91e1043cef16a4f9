package dev.penstock.aio.provider.nio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AioException;
import dev.penstock.aio.Errno;
import dev.penstock.aio.tck.system.Command;
import dev.penstock.aio.tck.system.Needs;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ErrnoTextTest {
    private final ErrnoText errors = ErrnoText.ofCLocale();

    @Test
    void everyErrorOfTheSystemHasAText() throws Exception {
        Needs.command("perl");
        Set<Errno> systems = EnumSet.complementOf(EnumSet.of(Errno.SUCCESS, Errno.UNKNOWN));
        for (Errno errno : systems) {
            String program = "$! = " + errno.number() + "; print \"$!\"";
            String text = Command.run(List.of("env", "LC_ALL=C", "perl", "-e", program))
                    .output();

            assertThat(errors.errno(new IOException(text))).as(text).isEqualTo(errno);
            assertThat(errors.errno(new FileSystemException("f", null, text)))
                    .as(text)
                    .isEqualTo(errno);
        }
    }

    @Test
    void exceptionsWithATypeOfTheirOwnNeedNoText() {
        assertThat(errors.errno(new NoSuchFileException("f"))).isEqualTo(Errno.ENOENT);
        assertThat(errors.errno(new AccessDeniedException("f"))).isEqualTo(Errno.EACCES);
        assertThat(errors.errno(new FileAlreadyExistsException("f"))).isEqualTo(Errno.EEXIST);
        assertThat(errors.errno(new DirectoryNotEmptyException("f"))).isEqualTo(Errno.ENOTEMPTY);
        assertThat(errors.errno(new FileSystemLoopException("f"))).isEqualTo(Errno.ELOOP);
        assertThat(errors.errno(new ClosedByInterruptException())).isEqualTo(Errno.EIO);
        assertThat(errors.errno(new NonWritableChannelException())).isEqualTo(Errno.EBADF);
    }

    @Test
    void whatIsNoErrorOfTheSystemHasAnErrnoToo() {
        assertThat(errors.errno(new IllegalStateException("Already closed"))).isEqualTo(Errno.EFAULT);
        assertThat(errors.errno(new OutOfMemoryError("Cannot reserve"))).isEqualTo(Errno.ENOMEM);
        assertThat(errors.errno(new UnsupportedOperationException("posix"))).isEqualTo(Errno.EOPNOTSUPP);
        assertThat(errors.errno(new StackOverflowError())).isEqualTo(Errno.EIO);
        assertThat(errors.errno(new IllegalArgumentException("Read-only buffer")))
                .isEqualTo(Errno.EIO);
    }

    @Test
    void anUnknownTextIsKept() {
        AioException exception = errors.exception("open path=f", new FileSystemException("f", null, "Kein Platz"));

        assertThat(exception.errno()).isEqualTo(Errno.UNKNOWN);
        assertThat(exception.errorNumber()).isZero();
        assertThat(exception).hasMessage("open path=f: UNKNOWN (0): Kein Platz");
    }

    @Test
    void aTextThatWasProvokedIsKnownFromThenOn() {
        ErrnoText more = errors.learn(Errno.ENOSPC, new IOException("Auf dem Gerät ist kein Platz"));

        assertThat(more.errno(new IOException("Auf dem Gerät ist kein Platz"))).isEqualTo(Errno.ENOSPC);
        assertThat(errors.errno(new IOException("Auf dem Gerät ist kein Platz")))
                .isEqualTo(Errno.UNKNOWN);
    }

    @Test
    void whatFailedOtherwiseThanExpectedTeachesNothing() {
        ErrnoText more = errors.learn(Errno.ENOSPC, new IOException("Permission denied"))
                .learn(Errno.EISDIR, new NoSuchFileException("f"));

        assertThat(more.errno(new IOException("Permission denied"))).isEqualTo(Errno.EACCES);
        assertThat(more.errno(new NoSuchFileException("f"))).isEqualTo(Errno.ENOENT);
    }
}
