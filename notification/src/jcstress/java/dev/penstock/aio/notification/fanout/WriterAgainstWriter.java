package dev.penstock.aio.notification.fanout;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** Two threads write four completions into a ring of two, and may overtake each other by a round. */
@JCStressTest
@Outcome(
        id = "4, in order",
        expect = ACCEPTABLE,
        desc = "What was read and what was missed are all there is, and each writer's are in their order.")
@Outcome(expect = FORBIDDEN, desc = "One was read twice, in the wrong order or mixed with another, or is unaccounted for.")
@State
public class WriterAgainstWriter {
    private final Ring ring = new Ring(2);
    private final RingReader reader = new RingReader(ring);

    @Actor
    public void first() {
        new Numbered(1, 1).addTo(ring);
        new Numbered(1, 2).addTo(ring);
    }

    @Actor
    public void second() {
        new Numbered(2, 1).addTo(ring);
        new Numbered(2, 2).addTo(ring);
    }

    @Arbiter
    public void read(LL_Result r) {
        reader.readAll();
        r.r1 = reader.read() + reader.missed();
        r.r2 = reader.isInOrder() ? "in order" : "not in order";
    }
}
