package dev.penstock.aio.notification.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.Errno;
import dev.penstock.aio.notification.Completion;
import dev.penstock.aio.spi.EndedRequest;
import dev.penstock.aio.spi.TransferKind;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What readers find in a ring that is written faster than they read. */
class RingTest {
    private static final Source FILE = new Source("", Path.of("/f"), 1, "", null);

    private final Ring ring = new Ring(4);

    /**
     * A request whose number is its index.
     *
     * @param meanwhile runs while it is being written into the ring
     */
    private record Request(long sequence, Runnable meanwhile) implements EndedRequest {
        @Override
        public TransferKind kind() {
            return TransferKind.READ;
        }

        @Override
        public long offset() {
            return sequence;
        }

        @Override
        public long requested() {
            return sequence;
        }

        @Override
        public long transferred() {
            meanwhile.run();
            return sequence;
        }

        @Override
        public Errno errno() {
            return Errno.SUCCESS;
        }

        @Override
        public int errorNumber() {
            return 0;
        }

        @Override
        public String provider() {
            return "";
        }

        @Override
        public String tag() {
            return null;
        }

        @Override
        public long startedNs() {
            return 0;
        }

        @Override
        public long dispatchedNs() {
            return 0;
        }

        @Override
        public long endedNs() {
            return 0;
        }

        @Override
        public boolean isDispatchTimed() {
            return false;
        }
    }

    private void add(int count) {
        for (int i = 0; i < count; i++) {
            addWhile(() -> {});
        }
    }

    private void addWhile(Runnable meanwhile) {
        ring.add(FILE, Completion.Operation.READ, new Request(ring.head(), meanwhile));
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

    @Test
    void whatIsBeingWrittenIsNotThereYet() {
        addWhile(() -> {
            assertThat(ring.at(0)).isNull();
            assertThat(ring.oldest(0)).isZero();
        });

        assertThat(numberAt(0)).isZero();
    }

    @Test
    void aWriterWhoIsOvertakenByRoundsKeepsNobodyFromWritingAndHarmsNothing() {
        addWhile(() -> {
            add(8);

            assertThat(ring.oldest(0)).isEqualTo(5);
            assertThat(numberAt(7)).isEqualTo(7);
            assertThat(ring.at(8)).isNull();
            assertThat(ring.oldest(8)).isEqualTo(9);
        });

        assertThat(ring.at(0)).isNull();
        assertThat(ring.at(8)).isNull();
        assertThat(ring.oldest(8)).isEqualTo(9);
        add(4);
        for (int index = 9; index < 13; index++) {
            assertThat(numberAt(index)).isEqualTo(index);
        }
    }

    @Test
    void whatIsBeingOverwrittenIsNotThereAnyMore() {
        add(4);

        addWhile(() -> {
            assertThat(ring.at(0)).isNull();
            assertThat(ring.oldest(0)).isEqualTo(1);
        });

        assertThat(numberAt(4)).isEqualTo(4);
    }
}
