package dev.penstock.aio.provider.uring;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Request;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.tck.Bounded;
import dev.penstock.aio.tck.system.Command;
import dev.penstock.aio.tck.system.Tmpfs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Real devices that run full and lose what was written. */
@Tag("root")
class FailingDeviceTest extends UringTest {
    private static final int MIB = 1 << 20;

    /** A file system on a device whose own store is smaller than it says. */
    private static final class FullDevice implements AutoCloseable {
        private final Tmpfs store;
        private final Path folder;
        private final String device;

        FullDevice(Path below) throws Exception {
            store = Tmpfs.mount(below.resolve("store"), "size=10m");
            String image = store.folder().resolve("image").toString();
            Command.runOrFail("truncate", "-s", "64M", image);
            Command.runOrFail("mkfs.ext4", "-q", "-F", "-O", "^has_journal", image);
            device = Command.runOrFail("losetup", "-f", "--show", image).strip();
            folder = Files.createDirectory(below.resolve("full"));
            Command.runOrFail("mount", "-o", "errors=continue", device, folder.toString());
        }

        @Override
        public void close() throws IOException {
            try {
                Command.runOrFail("umount", "-l", folder.toString());
                Command.runOrFail("losetup", "-d", device);
            } catch (InterruptedException e) {
                throw new IOException(e);
            } finally {
                store.close();
            }
        }
    }

    @Test
    void afterAFailedSyncTheFileIsPoisonedThoughTheDeviceWouldReportSuccess() throws Exception {
        try (FullDevice full = new FullDevice(folder)) {
            Path path = full.folder.resolve("f");
            AsyncFile file = open(path, READ, WRITE, CREATE_NEW);
            List<Request<Long>> writes = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                writes.add(file.write(ByteBuffer.allocateDirect(MIB), (long) i * MIB));
            }
            for (Request<Long> write : writes) {
                assertThat(write.await(Bounded.LIMIT)).isEqualTo(MIB);
            }

            assertThat(sync(file)).isIn(Errno.ENOSPC, Errno.EIO);

            assertThat(file.isPoisoned()).isTrue();
            for (int i = 0; i < 3; i++) {
                assertThat(sync(file)).isEqualTo(Errno.EIO);
                ControlBlock write = block(file, 4_096, 0);
                assertThat(write(write)).isEqualTo(Errno.EIO);
            }
            ControlBlock read = block(file, 4_096, 0);
            io().read(read);
            assertThat(success(read)).isEqualTo(4_096);
            file.close();
            try (AsyncFile again = open(path, READ, WRITE)) {
                assertThat(again.isPoisoned()).isFalse();
            }
        }
    }

    private Errno sync(AsyncFile file) throws AioException {
        ControlBlock sync = io().controlBlock().file(file);
        try {
            io().sync(SyncMode.FULL, sync);
        } catch (AioException refused) {
            return refused.errno();
        }
        return outcome(sync);
    }

    private Errno write(ControlBlock write) {
        try {
            io().write(write);
            return outcome(write);
        } catch (AioException refused) {
            return refused.errno();
        }
    }

    @Test
    void aFullFileSystemIsAShortCountAndThenENOSPCAndTheFileStaysUsable() throws Exception {
        try (Tmpfs tmpfs = Tmpfs.mount(path("small"), "size=64k")) {
            Path other = Files.write(tmpfs.folder().resolve("other"), new byte[32_768]);
            AsyncFile file = open(tmpfs.folder().resolve("f"), READ, WRITE, CREATE);
            ControlBlock first = block(file, 65_536, 0);
            io().write(first);
            long written = success(first);
            ControlBlock second = block(file, 4_096, written);
            io().write(second);
            awaitEnd(second);

            assertThat(written).isBetween(1L, 32_768L);
            assertThat(io().error(second)).isEqualTo(Errno.ENOSPC);
            assertThat(io().errorNumber(second)).isEqualTo(28);
            assertThat(io().result(second)).isEqualTo(-1);

            Files.delete(other);
            ControlBlock third = block(file, 4_096, written);
            io().write(third);
            assertThat(success(third)).isEqualTo(4_096);
            assertThat(file.isPoisoned()).isFalse();
            file.close();
        }
    }

    @Test
    void writeFullyOnAFullFileSystemReportsItsBytesAndENOSPC() throws Exception {
        try (Tmpfs tmpfs = Tmpfs.mount(path("small"), "size=64k")) {
            AsyncFile file = open(tmpfs.folder().resolve("f"), READ, WRITE, CREATE);
            Request<Long> full = file.writeFully(ByteBuffer.allocateDirect(100_000), 0);

            AioException failure = catchThrowableOfType(AioException.class, () -> full.await(Bounded.LIMIT));

            assertThat(failure.errno()).isEqualTo(Errno.ENOSPC);
            assertThat(failure.errorNumber()).isEqualTo(28);
            assertThat(failure.transferred())
                    .isEqualTo(Files.size(tmpfs.folder().resolve("f")))
                    .isBetween(4_096L, 65_536L);
            file.close();
        }
    }

    @Test
    void aReadOnlyFileSystemIsEROFS() throws Exception {
        try (Tmpfs tmpfs = Tmpfs.mount(path("small"), "size=64k")) {
            Path path = Files.createFile(tmpfs.folder().resolve("f"));
            tmpfs.remountReadOnly();

            AioException refusal = catchThrowableOfType(AioException.class, () -> open(path, READ, WRITE));

            assertThat(refusal.errno()).isEqualTo(Errno.EROFS);
            open(path, READ).close();
        }
    }
}
