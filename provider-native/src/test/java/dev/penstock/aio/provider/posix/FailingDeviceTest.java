package dev.penstock.aio.provider.posix;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Request;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.tck.Bounded;
import dev.penstock.aio.tck.provider.ProviderDeviceTest;
import dev.penstock.aio.tck.system.FullDevice;
import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Devices that fail below this provider, and below files that come to it or go from it. */
class FailingDeviceTest extends ProviderDeviceTest {
    private static final int MIB = 1 << 20;

    FailingDeviceTest() {
        super(new PosixProvider());
    }

    @ParameterizedTest
    @CsvSource({"nio,native", "native,nio"})
    void anErrorThatOnlyTheOldDescriptorKnowsPoisonsAFileThatMoves(String first, String second) throws Exception {
        try (FullDevice full = FullDevice.mount(directory);
                Moving moving = new Moving()) {
            moving.better(first);
            AsyncFile file = moving.io.open(full.folder().resolve("f"), READ, WRITE, CREATE_NEW);
            for (int i = 0; i < 24; i++) {
                Request<Long> write = file.write(ByteBuffer.allocateDirect(MIB), (long) i * MIB);
                assertThat(write.await(Bounded.LIMIT)).isEqualTo(MIB);
            }
            assertThat(file.isPoisoned()).isFalse();

            moving.better(second);
            Bounded.await("it has moved", () -> moving.provider().equals(second));

            assertThat(file.isPoisoned()).isTrue();
            AioException failure = catchThrowableOfType(
                    AioException.class, () -> file.sync(SyncMode.FULL).await(Bounded.LIMIT));
            assertThat(failure.errno()).isEqualTo(Errno.EIO);
            file.close();
        }
    }
}
