package dev.penstock.aio.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Blocks that are kept for the next request of a file, more than a chunk of them too. */
class BlockPoolTest extends EngineTest {
    private final BlockPool pool = new BlockPool();

    private List<Block> blocks(int count) {
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            blocks.add(new Block((Consumer) io()));
        }
        return blocks;
    }

    /** Takes out all that there are. */
    private List<Block> pollAll() {
        List<Block> polled = new ArrayList<>();
        for (Block block = pool.poll(); block != null; block = pool.poll()) {
            polled.add(block);
        }
        return polled;
    }

    @Test
    void whatCameLastGoesFirstAndNothingIsLost() {
        for (int count : new int[] {1, 16, 17, 1_023, 1_024, 1_025, 2_048, 3_000}) {
            List<Block> blocks = blocks(count);
            blocks.forEach(pool::add);

            Collections.reverse(blocks);
            assertThat(pollAll()).as(count + " blocks").containsExactlyElementsOf(blocks);
        }
    }

    @Test
    void theSameGoesForThoseThatComeAndGoWhereAChunkEnds() {
        List<Block> kept = blocks(2_047);
        kept.forEach(pool::add);
        List<Block> few = blocks(3);

        for (int i = 0; i < 10; i++) {
            few.forEach(pool::add);

            assertThat(pool.poll()).isSameAs(few.get(2));
            assertThat(pool.poll()).isSameAs(few.get(1));
            assertThat(pool.poll()).isSameAs(few.get(0));
        }

        Collections.reverse(kept);
        assertThat(pollAll()).containsExactlyElementsOf(kept);
    }

    @Test
    void itHasNothingOnceItIsClosed() {
        blocks(3_000).forEach(pool::add);

        pool.close();
        pool.add(blocks(1).get(0));

        assertThat(pool.poll()).isNull();
    }
}
