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

/** One thread starts a request on a file that another one moves to another backend. */
@JCStressTest
@Outcome(
        id = "accepted, SUCCESS, (0|1) at the old and (0|1) at the new",
        expect = ACCEPTABLE,
        desc = "It was staged, where the file was before or where it is now, and ended.")
@Outcome(expect = FORBIDDEN, desc = "It was lost, or is in two places.")
@State
public class SubmitAgainstSwitch {
    private final Racecourse course = Racecourse.PUSHED;
    private final AsyncFile file = course.open();
    private final FileSwap swap = ((OpenFile) file).swap();
    private final Racecourse.HeldFile old = (Racecourse.HeldFile) ((OpenFile) file).backendFile();
    private final Racecourse.HeldFile moved = new Racecourse.HeldFile();
    private final Block block = course.block(file);

    @Actor
    public void submit(LLL_Result r) {
        try {
            course.io().write(block);
            r.r1 = "accepted";
        } catch (AioException e) {
            r.r1 = e.errno().name();
        }
    }

    @Actor
    public void move() {
        if (swap.hold()) {
            swap.settle(course.other(), moved);
        }
        swap.serve();
    }

    @Arbiter
    public void ask(LLL_Result r) {
        course.finish(block);
        r.r2 = course.status(block);
        int staged = old.inFlight.get() + moved.inFlight.get();
        r.r3 = staged == 1
                ? old.inFlight.get() + " at the old and " + moved.inFlight.get() + " at the new"
                : "staged " + staged + " times";
        Racecourse.close(file);
    }
}
