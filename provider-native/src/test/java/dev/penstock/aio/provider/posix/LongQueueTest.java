package dev.penstock.aio.provider.posix;

import static java.nio.file.StandardOpenOption.READ;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.ListMode;
import dev.penstock.aio.Opcode;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.tck.Pattern;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * A long queue costs glibc the square of its length, so the queue is the engine's. What that is worth, {@code ./aio compare}
 * measures with up to 100,000 requests in flight.
 */
class LongQueueTest extends NativeTest {
    private static final int MANY = 40_000;

    @Test
    void glibcHasNoMoreThanAWindowOfFortyThousandReads() throws Exception {
        CountingProvider counting = new CountingProvider(new PosixProvider());
        use(counting);
        configure("max.list.entries", MANY);
        configure("max.requests", MANY);
        configure("max.requests.per.consumer", MANY);
        Path path = fileOf("f", MANY);
        AsyncFile file = open(path, READ);

        readAll(file);

        assertThat(counting.ended()).isEqualTo(MANY);
        assertThat(counting.most()).isLessThanOrEqualTo(PosixSettings.WINDOW);
    }

    private void readAll(AsyncFile file) throws Exception {
        ByteBuffer target = ByteBuffer.allocateDirect(MANY);
        ControlBlock[] blocks = new ControlBlock[MANY];
        for (int i = 0; i < MANY; i++) {
            blocks[i] = io().controlBlock()
                    .file(file)
                    .opcode(Opcode.READ)
                    .buffer(target.slice(i, 1))
                    .offset(i);
        }

        io().list(ListMode.WAIT, blocks, SigEvent.none());

        for (ControlBlock block : blocks) {
            assertThat(io().result(block)).isEqualTo(1);
        }
        Pattern.check(target, 0, 0);
    }
}
