package dev.penstock.aio.notification.fanout;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** The thread that calls a listener and the one that watches it both find that it is to be set aside. */
@JCStressTest
@Outcome(id = "true, false, true", expect = ACCEPTABLE, desc = "The caller did it.")
@Outcome(id = "false, true, true", expect = ACCEPTABLE, desc = "The watcher did it.")
@Outcome(expect = FORBIDDEN, desc = "It was reported twice, or not at all.")
@State
public class SetAsideOnce {
    private final CallState state = new CallState();

    @Actor
    public void caller(LLL_Result r) {
        state.enter();
        r.r1 = state.setAside();
        state.leave();
    }

    @Actor
    public void watcher(LLL_Result r) {
        r.r2 = state.setAside();
    }

    @Arbiter
    public void look(LLL_Result r) {
        r.r3 = state.isSetAside();
    }
}
