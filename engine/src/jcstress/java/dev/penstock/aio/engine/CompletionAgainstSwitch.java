package dev.penstock.aio.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.penstock.aio.AsyncFile;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** A lane ends a request while its file is being held to move. */
@JCStressTest
@Outcome(
        id = "held, SUCCESS, drained",
        expect = ACCEPTABLE,
        desc = "The lane had nothing more of the file when it was held, or no longer has.")
@Outcome(expect = FORBIDDEN, desc = "It was lost, or is in two places.")
@State
public class CompletionAgainstSwitch {
    private final Racecourse course = Racecourse.PUSHED;
    private final AsyncFile file = course.open();
    private final FileSwap swap = ((OpenFile) file).swap();
    private final Racecourse.HeldFile old = (Racecourse.HeldFile) ((OpenFile) file).backendFile();
    private final Racecourse.HeldFile moved = new Racecourse.HeldFile();
    private final Block block = course.block(file);

    /** Starts a request. */
    public CompletionAgainstSwitch() {
        course.start(block);
    }

    @Actor
    public void complete() {
        course.finish(block);
    }

    @Actor
    public void hold(LLL_Result r) {
        swap.hold();
        r.r1 = "held";
    }

    @Arbiter
    public void ask(LLL_Result r) {
        r.r2 = course.status(block);
        r.r3 = swap.isDrained() ? "drained" : "not drained";
        swap.serve();
        Racecourse.close(file);
    }
}
