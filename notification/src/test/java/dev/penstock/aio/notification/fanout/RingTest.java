package dev.penstock.aio.notification.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.Errno;
import dev.penstock.aio.notification.Completion;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What readers find in a ring that is written faster than they read. */
class RingTest {
    private final Ring ring = new Ring(4);

    static Completion numbered(long number) {
        return new Told(
                Completion.Operation.READ, "", Path.of("/f"), 1, number, 0, 0, 0, Errno.SUCCESS, 0, "", 0, 0, null);
    }

    private void add(int count) {
        for (int i = 0; i < count; i++) {
            ring.add(numbered(ring.head()));
        }
    }

    private long numberAt(long index) {
        Completion there = ring.at(index);
        return there == null ? -1 : there.sequence();
    }

    @Test
    void whatFitsIsThereInItsOrder() {
        add(4);

        assertThat(ring.head()).isEqualTo(4);
        for (int index = 0; index < 4; index++) {
            assertThat(ring.oldest(index)).isEqualTo(index);
            assertThat(numberAt(index)).isEqualTo(index);
        }
    }

    @Test
    void whatIsNotThereYetIsNothing() {
        add(1);

        assertThat(ring.at(1)).isNull();
        assertThat(ring.oldest(1)).isEqualTo(1);
    }

    @Test
    void whatWasOverwrittenIsPassedOver() {
        add(11);

        assertThat(ring.at(2)).isNull();
        assertThat(ring.oldest(2)).isEqualTo(7);
        assertThat(numberAt(7)).isEqualTo(7);
        assertThat(ring.oldest(6)).isEqualTo(7);
        assertThat(ring.oldest(11)).isEqualTo(11);
    }
}
