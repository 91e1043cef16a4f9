package dev.penstock.aio.provider.nio;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AioException;
import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.TransferKind;
import dev.penstock.aio.tck.system.ChildJvm;
import dev.penstock.aio.tck.system.Needs;
import dev.penstock.aio.tck.system.Tmpfs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Transfers that fail: how they are told, and that the worker lives on. */
@Timeout(120)
class FailureTest {
    @TempDir
    Path folder;

    private Path path;
    private Rig rig;

    @BeforeEach
    void start() throws IOException {
        path = Files.writeString(folder.resolve("f"), "0123456789");
        rig = Rig.ofThreads(1);
    }

    @AfterEach
    void stop() throws AioException {
        rig.close();
    }

    private void assertThatWorkersWork() throws AioException {
        assertThat(rig.run(TestTransfer.of(TransferKind.SIZE, rig.open(path, READ)))
                        .result())
                .isEqualTo(10);
    }

    @Test
    void aBufferOfAClosedArenaIsEFAULT() throws AioException {
        TestArena arena = TestArena.shared();
        ByteBuffer gone = arena.allocate(4);
        arena.close();

        Outcome outcome = rig.run(TestTransfer.read(rig.open(path, READ), 0, gone));

        assertThat(outcome.errno()).isEqualTo(Errno.EFAULT);
        assertThat(outcome.text()).contains("IllegalStateException");
        assertThatWorkersWork();
    }

    @Test
    void aBufferOfAnotherThreadsArenaIsEFAULT() throws AioException {
        TestArena arena = TestArena.confined();

        Outcome outcome = rig.run(TestTransfer.read(rig.open(path, READ), 0, arena.allocate(4)));

        assertThat(outcome.errno()).isEqualTo(Errno.EFAULT);
        assertThat(outcome.text()).contains("WrongThreadException");
        arena.close();
        assertThatWorkersWork();
    }

    @Test
    void aBufferOfAClosedArenaIsEFAULTForAHelperToo() throws AioException {
        TestArena arena = TestArena.shared();
        ByteBuffer gone = arena.allocate(4);
        arena.close();
        try (Rig helpers = Rig.ofHelpers()) {
            NioFile file = helpers.open(path, READ);
            Needs.that(helpers.untilHelped(file), "it needs /proc/self/fdinfo");

            Outcome outcome = helpers.runByHelp(TestTransfer.read(file, 0, gone));

            assertThat(outcome.errno()).isEqualTo(Errno.EFAULT);
            assertThat(outcome.by()).isEqualTo(Thread.currentThread());
        }
    }

    @Test
    void anErrorInAWorkerIsEIOWithItsText() throws AioException {
        Outcome outcome = rig.run(failing(new AssertionError("thrown by the test")));

        assertThat(outcome.errno()).isEqualTo(Errno.EIO);
        assertThat(outcome.text()).contains("thrown by the test");
        assertThatWorkersWork();
    }

    @Test
    void noMemoryIsENOMEM() throws AioException {
        Outcome outcome = rig.run(failing(new OutOfMemoryError("thrown by the test")));

        assertThat(outcome.errno()).isEqualTo(Errno.ENOMEM);
        assertThat(outcome.text()).isEqualTo("thrown by the test");
        assertThatWorkersWork();
    }

    private TestTransfer failing(Error error) throws AioException {
        return new TestTransfer(TransferKind.READ, rig.open(path, READ), 0, ByteBuffer.allocate(1)) {
            @Override
            public ByteBuffer buffer(int index) {
                throw error;
            }
        };
    }

    @Test
    void aChannelThatWasClosedUnderTheFileIsEIOAndHurtsNoOtherFile() throws IOException {
        NioFile file = rig.open(path, READ);
        file.channel().close();

        for (int i = 0; i < 2; i++) {
            Outcome outcome = rig.run(TestTransfer.read(file, 0, ByteBuffer.allocateDirect(1)));
            assertThat(outcome.errno()).isEqualTo(Errno.EIO);
            assertThat(outcome.text()).contains("ClosedChannelException");
        }
        assertThatWorkersWork();
    }

    @Test
    void aFullDeviceIsENOSPC() throws AioException {
        Needs.that(Files.isWritable(Path.of("/dev/full")), "it needs /dev/full");

        Outcome outcome = rig.run(TestTransfer.write(rig.open(Path.of("/dev/full"), WRITE), 0, Rig.bytes("x")));

        assertThat(outcome.errno()).isEqualTo(Errno.ENOSPC);
        assertThat(outcome.text()).isEqualTo("No space left on device");
    }

    @Test
    void aFullFileSystemIsAShortCountAndThenENOSPCAndTheFileStaysUsable() throws Exception {
        try (Tmpfs tmpfs = Tmpfs.mount(folder.resolve("mount"), "size=64k")) {
            Path other = Files.write(tmpfs.folder().resolve("other"), new byte[32_768]);
            NioFile file = rig.open(tmpfs.folder().resolve("f"), READ, WRITE, CREATE);

            Outcome first = rig.run(TestTransfer.write(file, 0, ByteBuffer.allocateDirect(65_536)));
            Outcome second = rig.run(TestTransfer.write(file, first.result(), ByteBuffer.allocateDirect(4_096)));
            Files.delete(other);
            Outcome third = rig.run(TestTransfer.write(file, first.result(), ByteBuffer.allocateDirect(4_096)));

            assertThat(first.result()).isBetween(1L, 32_768L);
            assertThat(second.errno()).isEqualTo(Errno.ENOSPC);
            assertThat(third.result()).isEqualTo(4_096);
            rig.close(file);
        }
    }

    @Test
    void theLimitOfFileSizeIsAShortCountAndThenEFBIG() throws Exception {
        Path big = folder.resolve("big");

        String output = ChildJvm.limited(folder, "-f 8")
                .with(Errno.class, NioProvider.class)
                .run(ChildMain.class, "big", big.toString());

        assertThat(output).contains("first 8192").contains("second errno=27 File too large");
    }

    @Test
    void readingAFolderIsEISDIR() throws AioException {
        Outcome outcome = rig.run(TestTransfer.read(rig.open(folder, READ), 0, ByteBuffer.allocateDirect(1)));

        assertThat(outcome.errno()).isEqualTo(Errno.EISDIR);
    }

    @Test
    void readingWhatCannotBeReadIsEIO() throws AioException {
        Path memory = Path.of("/proc/self/mem");
        Needs.that(Files.isReadable(memory), "it needs " + memory);

        Outcome outcome = rig.run(TestTransfer.read(rig.open(memory, READ), 0, ByteBuffer.allocateDirect(1)));

        assertThat(outcome.errno()).isEqualTo(Errno.EIO);
        assertThat(outcome.text()).isEqualTo("Input/output error");
    }

    @Test
    void anOffsetBeyondWhatTheSystemKnowsIsItsAnswer() throws AioException {
        NioFile file = rig.open(path, READ, WRITE);

        assertThat(rig.run(TestTransfer.read(file, Long.MAX_VALUE - 2, ByteBuffer.allocateDirect(10)))
                        .errno())
                .isEqualTo(Errno.EINVAL);
        assertThat(rig.run(TestTransfer.write(file, Long.MAX_VALUE - 20, Rig.bytes("x")))
                        .errno())
                .isEqualTo(Errno.EFBIG);
    }

    @Test
    void readingAFileThatIsOnlyWrittenIsEBADF() throws AioException {
        assertThat(rig.run(TestTransfer.read(rig.open(path, WRITE), 0, ByteBuffer.allocateDirect(1)))
                        .errno())
                .isEqualTo(Errno.EBADF);
    }

    @Test
    void noPermissionIsEACCES() throws Exception {
        Path secret = folder.resolve("secret");
        Files.createFile(secret, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("---------")));

        String output = ChildJvm.asNobody(folder)
                .with(Errno.class, NioProvider.class)
                .run(ChildMain.class, "open", secret.toString());

        assertThat(output).contains("EACCES");
    }
}
