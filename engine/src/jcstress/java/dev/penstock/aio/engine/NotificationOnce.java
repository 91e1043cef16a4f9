package dev.penstock.aio.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.penstock.aio.AioException;
import dev.penstock.aio.CompletionQueue;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.SigEvent;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Two requests, one told by a callback and one by a queue, end twice each, and are canceled at the same moment. */
@JCStressTest
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "Each end was told once.")
@Outcome(expect = FORBIDDEN, desc = "An end was told twice, or not at all.")
@State
public class NotificationOnce {
    private final Racecourse course = Racecourse.PUSHED;
    private final AtomicInteger calls = new AtomicInteger();
    private final CompletionQueue queue = course.io().completionQueue();
    private final Block called = started(SigEvent.call(Runnable::run, n -> calls.incrementAndGet()));
    private final Block queued = started(SigEvent.queue(queue));
    private final long calledToken = called.token;
    private final long queuedToken = queued.token;

    private Block started(SigEvent event) {
        try {
            return course.start(course.block().sigEvent(event));
        } catch (AioException e) {
            throw new AssertionError(e);
        }
    }

    // Two actors: a test with three does not run on two processors.

    @Actor
    public void completeOneAndCancelTheOther() {
        course.finish(calledToken);
        cancel(queued);
        course.deliver(queuedToken, 1);
    }

    @Actor
    public void cancelOneAndCompleteTheOther() {
        cancel(called);
        course.finish(queuedToken);
        course.deliver(calledToken, 1);
    }

    private void cancel(Block block) {
        try {
            course.io().cancel(block);
        } catch (AioException e) {
            throw new AssertionError(e);
        }
    }

    @Arbiter
    public void count(II_Result r) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (calls.get() == 0 && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        r.r1 = calls.get();
        try {
            for (ControlBlock taken = queue.poll(); taken != null; taken = queue.poll()) {
                r.r2++;
            }
        } catch (AioException e) {
            throw new AssertionError(e);
        }
    }
}
