package dev.penstock.aio.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** One thread cancels a request that waits for its file to move, while another one lets the file go on. */
@JCStressTest
@Outcome(
        id = "CANCELED, ECANCELED, (0|1)",
        expect = ACCEPTABLE,
        desc = "It was canceled, while it waited or by the new lane.")
@Outcome(
        id = "NOT_CANCELED, SUCCESS, 1",
        expect = ACCEPTABLE,
        desc = "The new lane had it, and did it.")
@Outcome(expect = FORBIDDEN, desc = "It was lost, or is in two places.")
@State
public class CancelAgainstSwitch {
    private final Racecourse course = Racecourse.PUSHED;
    private final AsyncFile file = course.open();
    private final FileSwap swap = ((OpenFile) file).swap();
    private final Racecourse.HeldFile old = (Racecourse.HeldFile) ((OpenFile) file).backendFile();
    private final Racecourse.HeldFile moved = new Racecourse.HeldFile();
    private final Block block = course.block(file);

    /** Holds the file, and starts a request. */
    public CancelAgainstSwitch() {
        swap.hold();
        course.start(block);
    }

    @Actor
    public void cancel(LLL_Result r) {
        try {
            r.r1 = course.io().cancel(block).name();
        } catch (AioException e) {
            r.r1 = e.getMessage();
        }
    }

    @Actor
    public void move() {
        swap.settle(course.other(), moved);
        swap.serve();
    }

    @Arbiter
    public void ask(LLL_Result r) {
        course.finish(block);
        r.r2 = course.status(block);
        r.r3 = old.inFlight.get() + moved.inFlight.get();
        Racecourse.close(file);
    }
}
