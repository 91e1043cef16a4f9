package dev.penstock.aio.provider.posix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.spi.Slab;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class SlabAddressesTest {
    private final SlabAddresses addresses = new SlabAddresses();

    /** Looking at its memory is what the table is to save. */
    private static final class TestSlab implements Slab {
        private final int id;
        private final ByteBuffer memory = ByteBuffer.allocateDirect(64);
        private int looks;

        TestSlab(int id) {
            this.id = id;
        }

        @Override
        public int id() {
            return id;
        }

        @Override
        public ByteBuffer memory() {
            looks++;
            return memory.duplicate();
        }

        long address() {
            return MemorySegment.ofBuffer(memory).address();
        }
    }

    @Test
    void aSlabThatItWasToldOfIsLookedAtOnce() {
        TestSlab slab = new TestSlab(5);
        addresses.add(slab);

        assertThat(addresses.of(slab)).isEqualTo(slab.address());
        assertThat(addresses.of(slab)).isEqualTo(slab.address());

        assertThat(slab.looks).isEqualTo(1);
    }

    @Test
    void slabsMayComeInAnyOrderOfTheirIdsAndGo() {
        TestSlab[] slabs = new TestSlab[6];
        for (int id : new int[] {3, 0, 5, 1, 4, 2}) {
            slabs[id] = new TestSlab(id);
            addresses.add(slabs[id]);
        }
        addresses.remove(slabs[3]);
        addresses.remove(slabs[0]);

        for (TestSlab slab : slabs) {
            assertThat(addresses.of(slab)).isEqualTo(slab.address());
        }
        assertThat(slabs[3].looks).as("forgotten").isEqualTo(2);
        assertThat(slabs[4].looks).as("known").isEqualTo(1);
    }

    @Test
    void aSlabThatNobodyToldOfIsLookedAtEachTime() {
        TestSlab slab = new TestSlab(1);

        assertThat(addresses.of(slab)).isEqualTo(slab.address());
        assertThat(addresses.of(slab)).isEqualTo(slab.address());

        assertThat(slab.looks).isEqualTo(2);
    }
}
