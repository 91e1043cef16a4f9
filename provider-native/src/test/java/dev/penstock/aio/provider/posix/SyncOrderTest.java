package dev.penstock.aio.provider.posix;

import static java.nio.file.StandardOpenOption.READ;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.tck.Pattern;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A sync of glibc overtakes queued writes of a lower priority. */
class SyncOrderTest extends NativeTest {
    private static final int ROUNDS = 20;
    private static final int WRITES = 17;
    private static final int BYTES = 32_768;

    @ParameterizedTest
    @EnumSource(SyncMode.class)
    void atTheEndOfASyncAllWritesBeforeItAreDoneWhateverTheirPriority(SyncMode mode) throws Exception {
        AsyncFile file = newFile("f");
        ControlBlock sync = io().controlBlock().file(file);
        for (int round = 1; round <= ROUNDS; round++) {
            ControlBlock[] writes = new ControlBlock[WRITES];
            for (int i = 0; i < WRITES; i++) {
                writes[i] = io().controlBlock()
                        .file(file)
                        .buffer(Pattern.direct(BYTES, round, (long) i * BYTES))
                        .offset((long) i * BYTES)
                        .priority(io().limits().maxPriority() - i % 3);
            }
            try (HeldWorkers held = HeldWorkers.hold()) {
                for (ControlBlock write : writes) {
                    io().write(write);
                }
                io().sync(mode, sync);
                flush(sync);
                held.release();
            }

            assertThat(success(sync)).isZero();

            for (ControlBlock write : writes) {
                assertThat(io().error(write)).isEqualTo(Errno.SUCCESS);
            }
            ByteBuffer content = ByteBuffer.allocate(WRITES * BYTES);
            try (FileChannel channel = FileChannel.open(path("f"), READ)) {
                channel.read(content, 0);
            }
            Pattern.check(content.flip(), round, 0);
        }
    }
}
