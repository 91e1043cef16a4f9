package dev.penstock.aio.provider.uring;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.penstock.aio.AioException;
import dev.penstock.aio.Errno;
import dev.penstock.aio.tck.system.ChildJvm;
import dev.penstock.aio.tck.system.TestSpec;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UringFileTest {
    private static final UringFile GONE = new UringFile(Integer.MAX_VALUE, new TestSpec(Path.of("gone")), 1);

    @TempDir
    Path folder;

    @Test
    void aFileIsCutAndNeverGrown() throws Exception {
        Path path = Files.writeString(folder.resolve("f"), "0123456789");
        UringFile file = new UringOpening(new TestSpec(path, READ, WRITE)).open();

        assertThat(file.truncate(20)).isZero();
        assertThat(file.size()).isEqualTo(10);
        assertThat(file.truncate(4)).isZero();

        assertThat(path).hasContent("0123");
        file.close();
    }

    /** Which is why AsyncFile says to lock another file. */
    @Test
    void aCloseDropsTheRecordLocksOfTheProcess() throws Exception {
        Path path = Files.writeString(folder.resolve("f"), "0123456789");
        UringFile file = new UringOpening(new TestSpec(path, READ)).open();
        try (FileChannel channel = FileChannel.open(path, WRITE);
                FileLock lock = channel.lock()) {
            assertThat(lockedByAnother(path)).contains("locked=false");

            file.close();

            assertThat(lock.isValid()).isTrue();
            assertThat(lockedByAnother(path)).contains("locked=true");
        }
    }

    private String lockedByAnother(Path path) throws Exception {
        return Children.granted(ChildJvm.under(folder, List.of())).run(ChildMain.class, "lock", path.toString());
    }

    @Test
    void anErrorOfSizeAndTruncateIsItsNegativeErrno() {
        assertThat(GONE.size()).isEqualTo(-Errno.EBADF.number());
        assertThat(GONE.truncate(0)).isEqualTo(-Errno.EBADF.number());
    }

    @Test
    void aCloseThatFailsSaysWhichFile() {
        AioException failure = catchThrowableOfType(AioException.class, GONE::close);

        assertThat(failure.errno()).isEqualTo(Errno.EBADF);
        assertThat(failure).hasMessageContaining("path=gone");
    }
}
