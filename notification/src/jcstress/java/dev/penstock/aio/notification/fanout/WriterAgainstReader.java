package dev.penstock.aio.notification.fanout;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** One thread writes four completions into a ring of two while another reads: each is read once or known to be missed. */
@JCStressTest
@Outcome(
        id = "4, in order, .*",
        expect = ACCEPTABLE,
        desc = "What was read and what was missed are all there is, and they are in their order.")
@Outcome(expect = FORBIDDEN, desc = "One was read twice, in the wrong order or mixed with another, or is unaccounted for.")
@State
public class WriterAgainstReader {
    private final Ring ring = new Ring(2);
    private final RingReader reader = new RingReader(ring);

    @Actor
    public void write() {
        for (int i = 1; i <= 4; i++) {
            new Numbered(1, i).addTo(ring);
        }
    }

    @Actor
    public void read(LLL_Result r) {
        reader.readAll();
        r.r3 = reader.read() + " while they wrote";
    }

    @Arbiter
    public void readTheRest(LLL_Result r) {
        reader.readAll();
        r.r1 = reader.read() + reader.missed();
        r.r2 = reader.isInOrder() ? "in order" : "not in order";
    }
}
