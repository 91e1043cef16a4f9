package dev.penstock.aio.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/** Counters of an instance, from its start on. */
final class Stats {
    private final LongAdder done = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder canceled = new LongAdder();
    private final LongAdder bytesRead = new LongAdder();
    private final LongAdder bytesWritten = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder strayCompletions = new LongAdder();
    final LongAdder repeats = new LongAdder();
    final LongAdder rejectedCallbacks = new LongAdder();
    final LongAdder failedCallbacks = new LongAdder();
    private final LongAdder moved = new LongAdder();
    private final LongAccumulator longestPauseNs = new LongAccumulator(Math::max, 0);
    final LongAdder unmoved = new LongAdder();

    /** A file moved to another provider, and its transfers were held for so long. */
    void moved(long pauseNs) {
        moved.increment();
        longestPauseNs.accumulate(pauseNs);
    }

    void ended(Flight flight, int state, long result) {
        if (state != Life.DONE) {
            (state == Life.CANCELED ? canceled : failed).increment();
            return;
        }
        done.increment();
        switch (flight.kind()) {
            case READ -> bytesRead.add(result);
            case WRITE -> bytesWritten.add(result);
            case SYNC, DATA_SYNC, TRUNCATE, SIZE -> {}
        }
    }

    /** Returns name and value of each counter, for operators. */
    Map<String, Long> snapshot() {
        Map<String, Long> all = new LinkedHashMap<>();
        all.put("requests done", done.sum());
        all.put("requests failed", failed.sum());
        all.put("requests canceled", canceled.sum());
        all.put("requests refused", refused.sum());
        all.put("bytes read", bytesRead.sum());
        all.put("bytes written", bytesWritten.sum());
        all.put("callbacks failed", failedCallbacks.sum());
        all.put("callbacks rejected by their executor", rejectedCallbacks.sum());
        all.put("transfers repeated", repeats.sum());
        all.put("completions of nothing in flight", strayCompletions.sum());
        all.put("files moved to another provider", moved.sum());
        all.put("moves that failed", unmoved.sum());
        all.put("longest pause of a move in us", longestPauseNs.get() / 1_000);
        return all;
    }
}
