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

/** A long queue costs glibc the square of its length, so the queue is the engine's. */
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

        readAll(file, 1_000);
        int before = counting.ended();
        for (int count : new int[] {MANY / 4, MANY / 2, MANY}) {
            long sinceNs = System.nanoTime();
            readAll(file, count);
            System.out.printf("%d reads of a byte: %d ms%n", count, (System.nanoTime() - sinceNs) / 1_000_000);
        }

        assertThat(counting.most()).isLessThanOrEqualTo(PosixSettings.WINDOW);
        assertThat(counting.ended() - before).isEqualTo(MANY / 4 + MANY / 2 + MANY);
    }

    private void readAll(AsyncFile file, int count) throws Exception {
        ByteBuffer target = ByteBuffer.allocateDirect(count);
        ControlBlock[] blocks = new ControlBlock[count];
        for (int i = 0; i < count; i++) {
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
