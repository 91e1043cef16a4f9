package dev.penstock.aio.provider.posix;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.penstock.aio.AioException;
import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.TransferKind;
import dev.penstock.aio.tck.system.Descriptors;
import dev.penstock.aio.tck.system.TestSpec;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a file shares out its descriptors among lanes. */
class PosixFileTest {
    private static final int LANES = 3;

    @TempDir
    Path folder;

    private Path path;
    private AtomicInteger spare;
    private PosixFile file;

    @BeforeEach
    void write() throws IOException {
        path = Files.writeString(folder.resolve("f"), "0123456789");
    }

    private void open(int lines, int duplicates) throws AioException {
        spare = new AtomicInteger(duplicates);
        file = new PosixOpening(new TestSpec(path, READ, WRITE))
                .open(new PosixSettings(64, lines, lines, duplicates, 0), LANES, spare);
    }

    @AfterEach
    void close() throws AioException {
        if (file != null) {
            file.close();
        }
    }

    /** Lets a request wait in a line. */
    private static Slot wait(Line line) {
        Slot slot = new Slot(MemorySegment.NULL);
        line.requests().add(slot);
        return slot;
    }

    @Test
    void aLineThatIsIdleIsTakenBeforeADescriptorIsDuplicated() throws Exception {
        open(4, 10);
        Line first = file.shortestLine(0, TransferKind.READ);

        assertThat(file.shortestLine(0, TransferKind.READ)).isSameAs(first);

        assertThat(first.fd()).isEqualTo(file.fd());
        assertThat(spare).hasValue(10);
    }

    @Test
    void aDescriptorIsDuplicatedWhenAllAreBusyUpToTheMost() throws Exception {
        open(3, 10);
        Line a = file.shortestLine(0, TransferKind.READ);
        wait(a);
        Line b = file.shortestLine(0, TransferKind.READ);
        wait(b);
        Line c = file.shortestLine(0, TransferKind.READ);
        wait(c);
        wait(a);

        assertThat(file.shortestLine(0, TransferKind.READ)).isSameAs(b);

        assertThat(a.fd()).isNotEqualTo(b.fd()).isNotEqualTo(c.fd());
        assertThat(spare).hasValue(8);
        assertThat(Descriptors.of(path)).isEqualTo(3);
    }

    @Test
    void writesIntoPagesStandInOneLineForTheKernelLetsOneInAtATime() throws Exception {
        open(3, 10);
        Line first = file.shortestLine(0, TransferKind.WRITE);
        wait(first);

        assertThat(file.shortestLine(0, TransferKind.WRITE)).isSameAs(first);
        Line ofReads = file.shortestLine(0, TransferKind.READ);
        assertThat(ofReads).isNotSameAs(first);
        assertThat(file.shortestLine(0, TransferKind.WRITE)).isSameAs(first);
    }

    @Test
    void eachLaneHasADescriptorOfItsOwn() throws Exception {
        open(1, 10);

        assertThat(file.shortestLine(1, TransferKind.READ).fd()).isEqualTo(file.fd());
        assertThat(file.shortestLine(0, TransferKind.READ).fd()).isNotEqualTo(file.fd());

        assertThat(isShared(file)).isFalse();
    }

    @Test
    void lanesShareTheFirstDescriptorIfThereIsNoOtherAndThenNothingIsCanceledThere() throws Exception {
        open(4, 0);
        Line ofOne = file.shortestLine(0, TransferKind.READ);
        wait(ofOne);
        assertThat(isShared(file)).isFalse();

        Line ofAnother = file.shortestLine(1, TransferKind.READ);

        assertThat(ofAnother.fd()).isEqualTo(file.fd());
        assertThat(ofAnother).isNotSameAs(ofOne);
        assertThat(isShared(file)).isTrue();
    }

    private static boolean isShared(PosixFile file) {
        return !file.unlessShared(file.fd(), () -> true);
    }

    @Test
    void aCloseGivesBackWhatWasSpared() throws Exception {
        open(3, 4);
        for (int lane = 0; lane < LANES; lane++) {
            wait(file.shortestLine(lane, TransferKind.READ));
        }
        wait(file.shortestLine(0, TransferKind.READ));
        assertThat(spare).hasValue(1);

        file.close();
        file = null;

        assertThat(spare).hasValue(4);
        assertThat(Descriptors.of(path)).isZero();
    }

    @Test
    void aDescriptorThatCannotBeDuplicatedIsNotAskedForAgain() {
        // No such descriptor: fcntl says EBADF.
        PosixFile gone =
                new PosixFile(Integer.MAX_VALUE, new TestSpec(Path.of("gone")), 1, LANES, 4, new AtomicInteger(10));
        Line line = gone.shortestLine(0, TransferKind.READ);
        wait(line);

        assertThat(gone.shortestLine(0, TransferKind.READ)).isSameAs(line);
        assertThat(gone.shortestLine(1, TransferKind.READ).fd()).isEqualTo(Integer.MAX_VALUE);
        assertThat(isShared(gone)).isTrue();
    }

    @Test
    void aCloseThatFailsSaysWhichFileAndClosesTheOthers() throws Exception {
        open(1, 4);
        Line own = file.shortestLine(0, TransferKind.READ);
        Line duplicate = file.shortestLine(1, TransferKind.READ);
        LibC.close(own.fd());

        AioException failure = catchThrowableOfType(AioException.class, file::close);

        assertThat(failure.errno()).isEqualTo(Errno.EBADF);
        assertThat(failure).hasMessageContaining("path=" + path);
        assertThat(LibC.fcntl(duplicate.fd(), Abi.F_GETFL, 0)).isEqualTo(-Errno.EBADF.number());
        file = null;
    }

    @Test
    void aFileIsCutAndNeverGrown() throws Exception {
        open(1, 0);

        assertThat(file.truncate(20)).isZero();
        assertThat(file.size()).isEqualTo(10);
        assertThat(file.truncate(4)).isZero();

        assertThat(path).hasContent("0123");
    }

    @Test
    void anErrorOfSizeAndTruncateIsItsNegativeErrno() {
        PosixFile gone =
                new PosixFile(Integer.MAX_VALUE, new TestSpec(Path.of("gone")), 1, LANES, 4, new AtomicInteger());

        assertThat(gone.size()).isEqualTo(-Errno.EBADF.number());
        assertThat(gone.truncate(0)).isEqualTo(-Errno.EBADF.number());
    }
}
