package dev.penstock.aio.tck;

import dev.penstock.aio.spi.Transfer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Keeps transfers running: the engine sees them in flight, the real lane does not have them yet, and a cancel of one
 * answers that it runs. Made by {@link Faults#hold(Predicate)}; its state is guarded by those faults.
 */
public final class Hold implements AutoCloseable {
    private record Held(FaultingLane lane, long token, Transfer transfer) {}

    private final Faults faults;
    private final Predicate<? super Transfer> which;
    private final List<Held> held = new ArrayList<>();
    private boolean ended;

    Hold(Faults faults, Predicate<? super Transfer> which) {
        this.faults = faults;
        this.which = which;
    }

    /** Takes the transfer if it is one of those. The caller holds the faults' lock. */
    boolean takes(FaultingLane lane, long token, Transfer transfer) {
        if (ended || !which.test(transfer)) {
            return false;
        }
        held.add(new Held(lane, token, transfer));
        return true;
    }

    /** Answers whether a transfer is held here. The caller holds the faults' lock. */
    boolean has(FaultingLane lane, long token) {
        return held.stream().anyMatch(one -> one.lane == lane && one.token == token);
    }

    /** Returns how many transfers are held now. */
    public int held() {
        return faults.lock.get(held::size);
    }

    /**
     * Waits until a number of transfers is held.
     *
     * @param count how many, at least
     * @throws AssertionError if they are not after {@link Bounded#LIMIT}
     */
    public void awaitHeld(int count) {
        Bounded.await(count + " transfers to be held", () -> held() >= count);
    }

    /**
     * Hands the oldest of the held transfers to the real lane, and goes on holding.
     *
     * @param most how many at most
     * @return how many there were
     */
    public int release(int most) {
        return release(most, false);
    }

    /** Hands all that is held to the real lane, and holds nothing any more. A second call has no effect. */
    public void release() {
        release(Integer.MAX_VALUE, true);
    }

    private int release(int most, boolean end) {
        Map<FaultingLane, Boolean> lanes = new LinkedHashMap<>();
        int released = faults.lock.get(() -> pass(most, end, lanes));
        lanes.forEach(FaultingLane::flushReleased);
        return released;
    }

    private int pass(int most, boolean end, Map<FaultingLane, Boolean> lanes) {
        int passed = 0;
        for (; passed < most && !held.isEmpty(); passed++) {
            Held next = held.remove(0);
            lanes.merge(next.lane, next.transfer.needsKeeper(), Boolean::logicalOr);
            next.lane.pass(next.token, next.transfer);
        }
        if (end) {
            ended = true;
            faults.forget(this);
        }
        return passed;
    }

    /** As {@link #release()}. */
    @Override
    public void close() {
        release();
    }
}
