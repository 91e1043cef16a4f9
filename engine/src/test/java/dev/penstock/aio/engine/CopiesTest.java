package dev.penstock.aio.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AioException;
import dev.penstock.aio.tck.Bounded;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who gets memory for a copy, and whose turn it is. */
class CopiesTest extends EngineTest {
    private static final int PAGE = LeasePool.PAGE_BYTES;

    private Consumer user;
    private Consumer another;
    private Copies copies;

    @BeforeEach
    void makeThem() {
        user = (Consumer) io();
        another = (Consumer) instance().user("another");
        copies = new Copies(user.engine().leases(), 8 * PAGE, 6 * PAGE, Copies.TURN_NS);
    }

    private List<LeasePool.Chunk> lend(Consumer to, int chunks) throws AioException {
        List<LeasePool.Chunk> lent = new ArrayList<>();
        for (int i = 0; i < chunks; i++) {
            LeasePool.Chunk chunk = copies.lend(new Object(), to, PAGE);
            assertThat(chunk).isNotNull();
            lent.add(chunk);
        }
        return lent;
    }

    @Test
    void oneUserHasHisShareAndTheOthersTheRest() throws Exception {
        List<LeasePool.Chunk> mine = lend(user, 6);

        assertThat(copies.lend(new Object(), user, PAGE)).isNull();
        List<LeasePool.Chunk> theirs = lend(another, 2);
        assertThat(copies.lend(new Object(), another, PAGE)).isNull();

        mine.forEach(chunk -> copies.takeBack(user, chunk));
        theirs.forEach(chunk -> copies.takeBack(another, chunk));
        assertThat(copies.lentBytes()).isZero();
        assertThat(user.copies().lentBytes()).isZero();
        assertThat(another.copies().lentBytes()).isZero();
    }

    @Test
    void whatIsLargerThanAShareIsLentAsMuch() throws Exception {
        LeasePool.Chunk chunk = copies.lend(new Object(), user, 100L * PAGE);

        assertThat(chunk.bytes()).isGreaterThanOrEqualTo(6 * PAGE);
        copies.takeBack(user, chunk);
        assertThat(copies.lentBytes()).isZero();
    }

    @Test
    void roomIsKeptForALargeOneThatWaitsBehindSmallOnes() throws Exception {
        copies = new Copies(user.engine().leases(), 8 * PAGE, 8 * PAGE, Bounded.LIMIT.toNanos());
        List<LeasePool.Chunk> small = lend(user, 5);
        Object large = new Object();
        assertThat(copies.lend(large, another, 4L * PAGE)).isNull();

        // There would be room for this one.
        assertThat(copies.lend(new Object(), user, PAGE)).isNull();
        copies.takeBack(user, small.remove(0));
        assertThat(copies.lend(new Object(), user, PAGE)).isNull();

        assertThat(copies.lend(large, another, 4L * PAGE)).isNotNull();
    }

    @Test
    void aTurnThatNobodyTakesPasses() throws Exception {
        lend(user, 5);
        assertThat(copies.lend(new Object(), another, 4L * PAGE)).isNull();

        await("others are let in again", () -> {
            try {
                return copies.lend(new Object(), user, PAGE) != null;
            } catch (AioException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void roomOfAUserIsKeptForHisLargeOneThatWaitsBehindHisSmallOnes() throws Exception {
        copies = new Copies(user.engine().leases(), 100 * PAGE, 6 * PAGE, Bounded.LIMIT.toNanos());
        List<LeasePool.Chunk> small = lend(user, 5);
        Object large = new Object();
        assertThat(copies.lend(large, user, 4L * PAGE)).isNull();

        // There would be room for this one.
        assertThat(copies.lend(new Object(), user, PAGE)).isNull();
        assertThat(copies.lend(new Object(), another, PAGE)).isNotNull();
        for (int i = 0; i < 3; i++) {
            copies.takeBack(user, small.remove(0));
        }

        assertThat(copies.lend(large, user, 4L * PAGE)).isNotNull();
    }
}
