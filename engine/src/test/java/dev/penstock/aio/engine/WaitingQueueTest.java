package dev.penstock.aio.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.SigEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Who is dispatched next among the waiting. */
class WaitingQueueTest extends EngineTest {
    private final WaitingQueue queue = new WaitingQueue(21);

    private Block add(int level) {
        Block block = (Block) io().controlBlock();
        block.flight.tell(SigEvent.none(), level);
        queue.add(block);
        return block;
    }

    private List<ControlBlock> pollAll() {
        List<ControlBlock> all = new ArrayList<>();
        for (Block block = queue.poll(); block != null; block = queue.poll()) {
            all.add(block);
        }
        return all;
    }

    @Test
    void amongEqualsTheFirstGoesFirst() {
        Block first = add(3);
        Block second = add(3);
        Block third = add(3);

        assertThat(pollAll()).containsExactly(first, second, third);
    }

    @Test
    void aHigherPriorityOvertakes() {
        Block low = add(20);
        Block middle = add(1);
        Block high = add(0);

        assertThat(pollAll()).containsExactly(high, middle, low);
    }

    @Test
    void aRequestThatIsLoweredByOneLevelIsOvertakenByTheAgeingNumberOfOthersAndNoMore() {
        Block low = add(1);
        for (int i = 0; i < 3 * WaitingQueue.AGEING; i++) {
            add(0);
        }

        assertThat(pollAll().indexOf(low)).isBetween(WaitingQueue.AGEING - 1, WaitingQueue.AGEING);
    }

    @Test
    void theLowestPriorityIsServedUnderASteadyStreamOfTheHighest() {
        Block low = add(20);
        int served = 0;
        for (int i = 0; i < 10; i++) {
            add(0);
        }

        while (queue.poll() != low) {
            add(0);
            served++;
        }

        assertThat(served).isLessThanOrEqualTo(20 * WaitingQueue.AGEING);
    }

    @Test
    void oneThatIsRemovedIsNotServedAndTheOthersAre() {
        Block first = add(0);
        Block second = add(5);
        Block third = add(0);

        queue.remove(second);

        assertThat(queue.contains(second)).isFalse();
        assertThat(queue.size()).isEqualTo(2);
        assertThat(pollAll()).containsExactly(first, third);
    }

    @Test
    void nothingIsLostOrServedTwiceInWhateverOrder() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Block> in = new ArrayList<>();
        List<Block> out = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            int what = random.nextInt(5);
            if (what < 3) {
                in.add(add(random.nextInt(21)));
            } else if (what == 3) {
                Block block = queue.poll();
                assertThat(block == null).as("seed %d", seed).isEqualTo(in.isEmpty());
                if (block != null) {
                    out.add(block);
                    in.remove(block);
                }
            } else if (!in.isEmpty()) {
                queue.remove(in.remove(random.nextInt(in.size())));
            }
            assertThat(queue.size()).as("seed %d", seed).isEqualTo(in.size());
        }
        assertThat(out).as("seed %d", seed).doesNotHaveDuplicates();
    }
}
