package dev.penstock.aio.notification.fanout;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** Two threads write into a ring of one place, so that each finds the other at it; one of them reads, too. */
@JCStressTest
@Outcome(
        id = "6, in order",
        expect = ACCEPTABLE,
        desc = "What was read and what was missed are all there is, and each writer's are in their order.")
@Outcome(
        expect = FORBIDDEN,
        desc = "One was read twice, in the wrong order or mixed with another, or is unaccounted for.")
@State
public class WritersOfOnePlace {
    private final Ring ring = new Ring(1);
    private final RingReader reader = new RingReader(ring);

    @Actor
    public void first() {
        for (int i = 1; i <= 3; i++) {
            new Numbered(1, i).addTo(ring);
        }
    }

    @Actor
    public void secondAndReader() {
        for (int i = 1; i <= 3; i++) {
            new Numbered(2, i).addTo(ring);
            reader.readAll();
        }
    }

    @Arbiter
    public void readTheRest(LL_Result r) {
        reader.readAll();
        r.r1 = reader.read() + reader.missed();
        r.r2 = reader.isInOrder() ? "in order" : "not in order";
    }
}
