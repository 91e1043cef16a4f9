package dev.penstock.aio.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Lease;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** What a control block answers when it is asked for its memory. */
class BlockBuffersTest extends EngineTest {
    @Test
    void aNewBlockHasNeitherBuffersNorLease() {
        ControlBlock block = io().controlBlock();

        assertThat(block.bufferViews()).isEmpty();
        assertThat(block.lease()).isNull();
    }

    @Test
    void theBuffersAreThoseSetAsTheyWereThen() throws Exception {
        ByteBuffer first = ByteBuffer.allocate(100).position(10).limit(60);
        ByteBuffer second = ByteBuffer.allocateDirect(50).asReadOnlyBuffer();
        ControlBlock block = io().controlBlock().buffers(first, second);

        first.position(20).put((byte) 7);

        ByteBuffer view = block.bufferViews().get(0);
        assertThat(view.position()).isEqualTo(10);
        assertThat(view.limit()).isEqualTo(60);
        assertThat(view.get(20)).isEqualTo((byte) 7);
        assertThat(block.bufferViews().get(1)).satisfies(each -> {
            assertThat(each.isReadOnly()).isTrue();
            assertThat(each.remaining()).isEqualTo(50);
        });
        assertThat(block.lease()).isNull();
    }

    @Test
    void neitherTheRequestNorWhoAskedMovesThem() throws Exception {
        AsyncFile file = open();
        ControlBlock block = block(file, 100, 0).length(40);
        io().write(block);

        block.bufferViews().get(0).position(70);

        assertThat(success(block)).isEqualTo(40);
        assertThat(block.bufferViews()).singleElement().satisfies(view -> {
            assertThat(view.position()).isZero();
            assertThat(view.limit()).isEqualTo(100);
        });
        assertThatThrownBy(() -> block.bufferViews().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void aLeaseTakesThePlaceOfBuffersAndBuffersThatOfALease() throws Exception {
        Lease lease = io().lease(100);
        ControlBlock block = io().controlBlock().buffer(ByteBuffer.allocate(1)).lease(lease);

        assertThat(block.lease()).isSameAs(lease);
        assertThat(block.bufferViews()).isEmpty();

        block.buffer(ByteBuffer.allocate(1));

        assertThat(block.lease()).isNull();
        assertThat(block.bufferViews()).hasSize(1);
    }

    @Test
    void aLeaseThatWasReleasedIsRefusedAlsoWhereItWasSetBefore() throws Exception {
        Lease lease = io().lease(100);
        ControlBlock block = io().controlBlock().lease(lease);
        lease.close();

        assertThatThrownBy(() -> block.lease(lease)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> io().controlBlock().lease(lease)).isInstanceOf(IllegalStateException.class);
    }
}
