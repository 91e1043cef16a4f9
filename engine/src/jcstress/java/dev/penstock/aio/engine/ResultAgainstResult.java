package dev.penstock.aio.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** Two threads collect the result of one request. */
@JCStressTest
@Outcome(
        id = {"10, -22", "-22, 10"},
        expect = ACCEPTABLE,
        desc = "One got the result, the other one was refused with EINVAL.")
@Outcome(expect = FORBIDDEN, desc = "Both got it, or nobody.")
@State
public class ResultAgainstResult {
    private final Racecourse course = Racecourse.PUSHED;
    private final Block block = course.start(course.block());

    public ResultAgainstResult() {
        course.finish(block.token);
    }

    @Actor
    public void first(JJ_Result r) {
        r.r1 = course.result(block);
    }

    @Actor
    public void second(JJ_Result r) {
        r.r2 = course.result(block);
    }
}
