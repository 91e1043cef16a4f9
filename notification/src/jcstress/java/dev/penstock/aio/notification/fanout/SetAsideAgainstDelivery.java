package dev.penstock.aio.notification.fanout;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** A listener is set aside while a thread is about to call it. */
@JCStressTest
@Outcome(id = "true, true, false", expect = ACCEPTABLE, desc = "The call was first, and is the last.")
@Outcome(id = "false, true, false", expect = ACCEPTABLE, desc = "Setting aside was first: no call.")
@Outcome(expect = FORBIDDEN, desc = "A call began afterwards, or it was not set aside.")
@State
public class SetAsideAgainstDelivery {
    private final CallState state = new CallState();

    @Actor
    public void deliver(LLL_Result r) {
        boolean entered = state.enter();
        if (entered) {
            state.leave();
        }
        r.r1 = entered;
    }

    @Actor
    public void setAside(LLL_Result r) {
        r.r2 = state.setAside();
    }

    @Arbiter
    public void deliverMore(LLL_Result r) {
        r.r3 = state.enter();
    }
}
