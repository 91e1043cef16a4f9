package dev.penstock.aio.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Tokens name one flight of one block. */
class SlotsTest extends EngineTest {
    private final Slots slots = new Slots(4);

    private Block block() {
        return (Block) io().controlBlock();
    }

    @Test
    void aTokenNamesItsBlockOnce() {
        Block block = block();
        long token = slots.put(block);

        assertThat(slots.take(token)).isSameAs(block);
        assertThat(slots.take(token)).isNull();
        assertThat(slots.used()).isZero();
    }

    @Test
    void aSlotsNextTokenIsAnotherOne() {
        Set<Long> tokens = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            long token = slots.put(block());
            assertThat(tokens.add(token)).isTrue();
            assertThat((int) token).isBetween(0, 3);
            slots.take(token);
        }
    }

    @Test
    void aStaleTokenDoesNotTakeTheSlotsNextBlock() {
        long stale = slots.put(block());
        slots.take(stale);
        Block next = block();
        long token = slots.put(next);

        assertThat(slots.take(stale)).isNull();

        assertThat(slots.take(token)).isSameAs(next);
    }

    @Test
    void whatIsNoTokenNamesNothing() {
        slots.put(block());

        for (long token : new long[] {-1, 4, 1L << 40, Long.MIN_VALUE, Long.MAX_VALUE, 3}) {
            assertThat(slots.take(token)).isNull();
        }
        assertThat(slots.used()).isEqualTo(1);
    }

    @Test
    void thereAreAsManySlotsAsAskedFor() {
        for (int i = 0; i < 4; i++) {
            assertThat(slots.hasFree()).isTrue();
            slots.put(block());
        }

        assertThat(slots.hasFree()).isFalse();
    }
}
