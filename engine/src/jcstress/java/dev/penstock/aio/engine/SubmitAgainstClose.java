package dev.penstock.aio.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** One thread starts a request on a file that another one closes. */
@JCStressTest
@Outcome(
        id = "accepted, SUCCESS, closed in the end",
        expect = ACCEPTABLE,
        desc = "The submit was first: the request ran to its end, and only then was the descriptor closed.")
@Outcome(
        id = "EBADF, refused EINVAL, closed in the end",
        expect = ACCEPTABLE,
        desc = "The close was first: the submit was refused and left no trace.")
@Outcome(expect = FORBIDDEN, desc = "A request was lost, or its descriptor closed under it.")
@State
public class SubmitAgainstClose {
    private final Racecourse course = Racecourse.PUSHED;
    private final AsyncFile file = course.open();
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
    public void close() {
        file.closeAsync();
    }

    @Arbiter
    public void ask(LLL_Result r) {
        Racecourse.HeldFile held = (Racecourse.HeldFile) ((OpenFile) file).backendFile();
        boolean early = held.closed && held.inFlight.get() > 0;
        if ("accepted".equals(r.r1)) {
            held.inFlight.decrementAndGet();
            course.finish(block.token);
        }
        try {
            file.closeAsync().await(Duration.ofSeconds(20));
        } catch (Exception e) {
            throw new AssertionError("the close does not end", e);
        }
        r.r2 = course.status(block);
        r.r3 = early || held.closedTooEarly ? "closed under the request" : held.closed ? "closed in the end" : "left open";
    }
}
