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
import org.openjdk.jcstress.infra.results.LL_Result;

/** One thread cancels a request that another one takes back from its lane, because its file moves. */
@JCStressTest
@Outcome(
        id = "CANCELED, ECANCELED",
        expect = ACCEPTABLE,
        desc = "It was canceled, while the lane had it or while it waited.")
@Outcome(
        id = "NOT_CANCELED, SUCCESS",
        expect = ACCEPTABLE,
        desc = "It was taken back first, and the new lane did it.")
@Outcome(expect = FORBIDDEN, desc = "The answer of the cancel and the status of the request do not agree.")
@State
public class CancelAgainstTakeBack {
    private final Racecourse course = Racecourse.PUSHED;
    private final AsyncFile file = course.open();
    private final FileSwap swap = ((OpenFile) file).swap();
    private final Block block = course.start(course.block(file));

    /** Holds the file: its lane is to give back what it has. */
    public CancelAgainstTakeBack() {
        swap.hold();
    }

    @Actor
    public void cancel(LL_Result r) {
        try {
            r.r1 = course.io().cancel(block).name();
        } catch (AioException e) {
            r.r1 = e.getMessage();
        }
    }

    @Actor
    public void takeBack() {
        swap.takeBack();
    }

    @Arbiter
    public void ask(LL_Result r) {
        swap.settle(course.other(), new Racecourse.HeldFile());
        swap.serve();
        course.finish(block);
        r.r2 = course.status(block);
        Racecourse.close(file);
    }
}
