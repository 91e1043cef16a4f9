package dev.penstock.aio.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.penstock.aio.AioException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** One thread cancels a request that the lane ends at the same moment. */
@JCStressTest
@Outcome(
        id = "CANCELED, ECANCELED, -1",
        expect = ACCEPTABLE,
        desc = "The cancel was first: it says so, and the request ended canceled.")
@Outcome(
        id = "(NOT_CANCELED|ALL_DONE), SUCCESS, 10",
        expect = ACCEPTABLE,
        desc = "The completion was first: the cancel says so, and the request succeeded.")
@Outcome(expect = FORBIDDEN, desc = "The answer of the cancel and the status of the request do not agree.")
@State
public class CancelAgainstCompletion {
    private final Racecourse course = Racecourse.PUSHED;
    private final Block block = course.start(course.block());
    private final long token = block.token;

    @Actor
    public void cancel(LLL_Result r) {
        try {
            r.r1 = course.io().cancel(block).name();
        } catch (AioException e) {
            r.r1 = e.getMessage();
        }
    }

    @Actor
    public void complete() {
        course.finish(token);
    }

    @Arbiter
    public void ask(LLL_Result r) {
        r.r2 = course.status(block);
        r.r3 = course.result(block);
    }
}
