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

        readAll(file, MANY);
        int before = counting.ended();
        long fewNs = bestOfThree(file, MANY / 4);
        long manyNs = bestOfThree(file, MANY);

        System.out.printf(
                "one-byte reads in one list: %d in %d ms, %d in %d ms%n",
                MANY / 4, fewNs / 1_000_000, MANY, manyNs / 1_000_000);
        // Linear would be 4 times as long, quadratic 16 times.
        assertThat(manyNs).isLessThan(10 * fewNs);
        assertThat(counting.most()).isLessThanOrEqualTo(PosixSettings.WINDOW);
        assertThat(counting.ended() - before).isEqualTo(3 * (MANY / 4 + MANY));
    }

    private long bestOfThree(AsyncFile file, int count) throws Exception {
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            long sinceNs = System.nanoTime();
            readAll(file, count);
            best = Math.min(best, System.nanoTime() - sinceNs);
        }
        return best;
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
