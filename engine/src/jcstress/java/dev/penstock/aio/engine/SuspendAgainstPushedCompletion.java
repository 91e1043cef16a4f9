package dev.penstock.aio.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.penstock.aio.AioException;
import dev.penstock.aio.ControlBlock;
import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZLJ_Result;

/** One thread parks, and a thread of the lane ends its request at that moment. */
@JCStressTest
@Outcome(id = "true, SUCCESS, 10", expect = ACCEPTABLE, desc = "The wait ended, and what it waited for was there.")
@Outcome(expect = FORBIDDEN, desc = "The wake-up was lost, or came before the outcome was to be seen.")
@State
public class SuspendAgainstPushedCompletion {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Racecourse course = Racecourse.PUSHED;
    private final Block block = course.start(course.block());
    private final ControlBlock[] blocks = {block};
    private final long token = block.token;

    @Actor
    public void suspend(ZLJ_Result r) {
        try {
            r.r1 = course.io().suspend(blocks, LIMIT);
        } catch (AioException e) {
            throw new AssertionError(e);
        }
        r.r2 = course.status(block);
        r.r3 = course.result(block);
    }

    @Actor
    public void complete() {
        course.finish(token);
    }
}
