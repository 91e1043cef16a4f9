package dev.penstock.aio.notification.fanout;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** A listener is unregistered while it is set aside and its properties change: closed it stays. */
@JCStressTest
@Outcome(id = "(true|false), (true|false), false", expect = ACCEPTABLE, desc = "It is closed, and no call begins.")
@Outcome(expect = FORBIDDEN, desc = "A call began on a listener that is unregistered.")
@State
public class CloseAgainstSetAside {
    private final CallState state = new CallState();

    @Actor
    public void close() {
        state.close();
    }

    @Actor
    public void setAside(LLL_Result r) {
        r.r1 = state.setAside();
        r.r2 = state.readmit();
    }

    @Arbiter
    public void deliver(LLL_Result r) {
        r.r3 = state.enter() || !state.isClosed();
    }
}
