package dev.penstock.aio.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JLJ_Result;

/** A block is collected and started again while its former completion is delivered once more. */
@JCStressTest
@Outcome(
        id = "10, EINPROGRESS, 10",
        expect = ACCEPTABLE,
        desc = "The completion was believed once: the second life ran on and ended by its own.")
@Outcome(
        id = "3, EINPROGRESS, 10",
        expect = ACCEPTABLE,
        desc = "The other delivery was first; the second life ran on and ended by its own.")
@Outcome(
        id = "-115, SUCCESS, 3",
        expect = ACCEPTABLE,
        desc = "The other delivery was first and under way, so there was no second life.")
@Outcome(expect = FORBIDDEN, desc = "A stale completion touched the block's next life.")
@State
public class ReuseAgainstStaleCompletion {
    private final Racecourse course = Racecourse.PUSHED;
    private final Block block = course.start(course.block());
    private final long token = block.token;

    @Actor
    public void completeAndReuse(JLJ_Result r) {
        course.deliver(token, 10);
        r.r1 = course.result(block);
        if (r.r1 >= 0) {
            course.start(block);
        }
    }

    @Actor
    public void completeAgain() {
        course.deliver(token, 3);
    }

    @Arbiter
    public void ask(JLJ_Result r) {
        r.r2 = course.status(block);
        if (block.sequence() > 1) {
            course.deliver(block.token, 10);
        }
        r.r3 = course.result(block);
    }
}
