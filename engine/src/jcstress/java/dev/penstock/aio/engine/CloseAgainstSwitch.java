package dev.penstock.aio.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** One thread closes a file that another one moves to another backend. */
@JCStressTest
@Outcome(
        id = "closed, moved, (open|closed) at the old and closed at the new",
        expect = ACCEPTABLE,
        desc = "The move was first: the descriptor of the new place is closed; that of the old one is the business of the move.")
@Outcome(
        id = "closed, stays, closed at the old and open at the new",
        expect = ACCEPTABLE,
        desc = "The close was first.")
@Outcome(expect = FORBIDDEN, desc = "It was lost, or is in two places.")
@State
public class CloseAgainstSwitch {
    private final Racecourse course = Racecourse.PUSHED;
    private final AsyncFile file = course.open();
    private final FileSwap swap = ((OpenFile) file).swap();
    private final Racecourse.HeldFile old = (Racecourse.HeldFile) ((OpenFile) file).backendFile();
    private final Racecourse.HeldFile moved = new Racecourse.HeldFile();
    private final Block block = course.block(file);

    @Actor
    public void close(LLL_Result r) {
        file.closeAsync();
    }

    @Actor
    public void move(LLL_Result r) {
        FileClosing closing = ((OpenFile) file).closing();
        if (!closing.tryHold()) {
            r.r2 = "stays";
            return;
        }
        swap.hold();
        swap.settle(course.other(), moved);
        swap.serve();
        closing.released();
        r.r2 = "moved";
    }

    @Arbiter
    public void ask(LLL_Result r) {
        try {
            file.closeAsync().await(Duration.ofSeconds(20));
            r.r1 = "closed";
        } catch (AioException | InterruptedException | TimeoutException e) {
            r.r1 = e.toString();
        }
        r.r3 = (old.closed ? "closed" : "open") + " at the old and " + (moved.closed ? "closed" : "open") + " at the new";
    }
}
