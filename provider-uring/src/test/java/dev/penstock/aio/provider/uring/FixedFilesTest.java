package dev.penstock.aio.provider.uring;

import static java.nio.file.StandardOpenOption.READ;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.Errno;
import dev.penstock.aio.tck.system.TestSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Files that rings know, and what becomes of them. */
class FixedFilesTest extends LaneTest {
    private static final int F_SETLEASE = 1_024;
    private static final int F_WRLCK = 1;
    private static final int F_UNLCK = 2;

    private Ring ring;
    private Path path;
    private int fd;

    @BeforeEach
    void open() throws Exception {
        ring = Ring.open(4, 8);
        path = Files.writeString(folder.resolve("other"), "");
        fd = LibC.open(UringOpening.bytes(path), Abi.O_RDWR | Abi.O_CLOEXEC, 0);
        assertThat(fd).isPositive();
    }

    @AfterEach
    void closeAll() {
        LibC.close(fd);
        ring.close();
    }

    /** Whether files are registered with this kernel. */
    static boolean areThere() {
        return isLinux(6, 14);
    }

    @Test
    void thatAFileIsLetGoOfAtOnceIsKnownOfTheKernelsThatDoSo() {
        assertThat(ring.letsGoOfFiles()).isEqualTo(areThere());
    }

    @Test
    void aFileIsMovedByItsPlaceAndNotByItsDescriptor() throws Exception {
        UringFile file = file();
        assertThat(file.inEntry() != SubmissionQueue.descriptor(file.fd())).isEqualTo(ring.letsGoOfFiles());
        TestLibC.dup2(fd, file.fd());

        start(0, read(file));
        collectUntil(1);

        // The other file is empty.
        assertThat(told).containsEntry(0L, ring.letsGoOfFiles() ? CONTENT.length() : 0L);
    }

    @Test
    void aFileThatIsClosedIsOpenNoLongerWhateverElseIsInFlight() throws Exception {
        start(0, read(emptyPipe()));
        Files.writeString(folder.resolve("f"), CONTENT);
        UringFile file = (UringFile) backend().open(new TestSpec(folder.resolve("f"), READ));
        file.cachedReads(UringFile.CachedReads.IMPOSSIBLE);
        start(1, read(file));
        collectUntil(1);
        int other = LibC.open(UringOpening.bytes(folder.resolve("f")), Abi.O_RDWR | Abi.O_CLOEXEC, 0);
        try {
            assertThat(lease(other)).isEqualTo(-Errno.EAGAIN.number());

            file.close();

            assertThat(lease(other)).isZero();
        } finally {
            LibC.close(other);
        }
        writeIntoPipe();
        collectUntil(2);
    }

    /** Asks for a lease (fcntl(2)) that only one who has a file open alone can have. */
    private static int lease(int descriptor) {
        int answer = LibC.fcntl(descriptor, F_SETLEASE, F_WRLCK);
        LibC.fcntl(descriptor, F_SETLEASE, F_UNLCK);
        return answer;
    }

    @Test
    void whatFindsNoRoomIsNotRegisteredUntilThereIsSome() {
        FixedFiles files = new FixedFiles(List.of(ring), 2);

        assertThat(List.of(files.register(fd), files.register(fd), files.register(fd)))
                .isEqualTo(where(0, 1, FixedFiles.NONE));

        files.unregister(FixedFiles.NONE);
        files.unregister(0);
        assertThat(List.of(files.register(fd), files.register(fd))).isEqualTo(where(0, FixedFiles.NONE));
    }

    @Test
    void whatIsNoFileIsNotRegistered() {
        FixedFiles files = new FixedFiles(List.of(ring), 2);

        assertThat(files.register(Integer.MAX_VALUE)).isEqualTo(FixedFiles.NONE);

        assertThat(List.of(files.register(fd), files.register(fd))).isEqualTo(where(0, 1));
    }

    @Test
    void whatTheSecondRingRefusesTheFirstLetsGoOf() throws Exception {
        Ring second = Ring.open(4, 8);
        FixedFiles files = new FixedFiles(List.of(ring, second), 2);
        second.close();

        assertThat(files.register(fd)).isEqualTo(FixedFiles.NONE);

        assertThat(isOpenWithoutUs()).isFalse();
    }

    /** Gives the descriptor up and looks whether that has closed the file. */
    private boolean isOpenWithoutUs() {
        LibC.close(fd);
        fd = LibC.open(UringOpening.bytes(path), Abi.O_RDWR | Abi.O_CLOEXEC, 0);
        return lease(fd) == -Errno.EAGAIN.number();
    }

    @Test
    void aTableThatTheKernelRefusesHasNoRoom() {
        FixedFiles files = new FixedFiles(List.of(ring), Integer.MAX_VALUE);

        assertThat(files.register(fd)).isEqualTo(FixedFiles.NONE);
    }

    @Test
    void whenTheRingsAreGoneNothingIsAskedOfTheirDescriptors() {
        FixedFiles files = new FixedFiles(List.of(ring), 2);
        int index = files.register(fd);

        files.close();

        files.unregister(index);
        assertThat(isOpenWithoutUs()).as("the ring has it still").isEqualTo(index != FixedFiles.NONE);
        assertThat(files.register(fd)).isEqualTo(FixedFiles.NONE);
    }

    /** These, or nothing at all where the kernel would not let go of a file. */
    private List<Integer> where(Integer... indexes) {
        return ring.letsGoOfFiles()
                ? List.of(indexes)
                : Stream.of(indexes).map(each -> FixedFiles.NONE).toList();
    }
}
