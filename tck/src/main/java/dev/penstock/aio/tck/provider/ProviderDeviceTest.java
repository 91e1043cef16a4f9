package dev.penstock.aio.tck.provider;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Request;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.tck.Bounded;
import dev.penstock.aio.tck.system.FullDevice;
import dev.penstock.aio.tck.system.Tmpfs;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Real devices that run full and lose what was written. */
@Tag("root")
public abstract class ProviderDeviceTest extends ProviderTest {
    private static final int MIB = 1 << 20;

    /** For the tests of a provider. */
    protected ProviderDeviceTest(AioProvider provider) {
        super(provider);
    }

    @Test
    void afterAFailedSyncTheFileIsPoisonedThoughTheDeviceWouldReportSuccess() throws Exception {
        try (FullDevice full = FullDevice.mount(directory)) {
            Path path = full.folder().resolve("f");
            AsyncFile file = open(path, READ, WRITE, CREATE_NEW);
            List<Request<Long>> writes = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                writes.add(file.write(ByteBuffer.allocateDirect(MIB), (long) i * MIB));
            }
            for (Request<Long> write : writes) {
                assertEquals(MIB, write.await(Bounded.LIMIT));
            }

            Errno lost = sync(file);
            assertTrue(lost == Errno.ENOSPC || lost == Errno.EIO, lost::toString);

            assertTrue(file.isPoisoned());
            for (int i = 0; i < 3; i++) {
                assertEquals(Errno.EIO, sync(file));
                ControlBlock write = block(file, 4_096, 0);
                assertEquals(Errno.EIO, write(write));
            }
            ControlBlock read = block(file, 4_096, 0);
            io().read(read);
            assertEquals(4_096, success(read));
            file.close();
            try (AsyncFile again = open(path, READ, WRITE)) {
                assertFalse(again.isPoisoned());
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
            awaitDone(second);

            assertTrue(written >= 1 && written <= 32_768, () -> written + " bytes");
            assertEquals(Errno.ENOSPC, io().error(second));
            assertEquals(28, io().errorNumber(second));
            assertEquals(-1, io().result(second));

            Files.delete(other);
            ControlBlock third = block(file, 4_096, written);
            io().write(third);
            assertEquals(4_096, success(third));
            assertFalse(file.isPoisoned());
            file.close();
        }
    }

    @Test
    void writeFullyOnAFullFileSystemReportsItsBytesAndENOSPC() throws Exception {
        try (Tmpfs tmpfs = Tmpfs.mount(path("small"), "size=64k")) {
            AsyncFile file = open(tmpfs.folder().resolve("f"), READ, WRITE, CREATE);
            Request<Long> full = file.writeFully(ByteBuffer.allocateDirect(100_000), 0);

            AioException failure = assertThrows(AioException.class, () -> full.await(Bounded.LIMIT));

            assertEquals(Errno.ENOSPC, failure.errno());
            assertEquals(28, failure.errorNumber());
            long written = failure.transferred();
            assertEquals(Files.size(tmpfs.folder().resolve("f")), written);
            assertTrue(written >= 4_096 && written <= 65_536, () -> written + " bytes");
            file.close();
        }
    }

    @Test
    void aReadOnlyFileSystemIsEROFS() throws Exception {
        try (Tmpfs tmpfs = Tmpfs.mount(path("small"), "size=64k")) {
            Path path = Files.createFile(tmpfs.folder().resolve("f"));
            tmpfs.remountReadOnly();

            AioException refusal = assertThrows(AioException.class, () -> open(path, READ, WRITE));

            assertEquals(Errno.EROFS, refusal.errno());
            open(path, READ).close();
        }
    }
}
