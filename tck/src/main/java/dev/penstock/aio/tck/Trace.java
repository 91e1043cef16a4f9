package dev.penstock.aio.tck;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.spi.TransferKind;
import dev.penstock.aio.tck.TransferRecord.Event;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** What passed between engine and lanes since it was made, and the questions that tests of order ask. */
final class Trace {
    private static final Set<TransferKind> SYNCS = Set.of(TransferKind.SYNC, TransferKind.DATA_SYNC);

    private final List<TransferRecord> records;

    /** Begins to record. */
    Trace(Faults faults) {
        records = faults.record();
    }

    /** Returns a predicate of the staging of a read or write at an offset. */
    static Predicate<TransferRecord> staged(long offset) {
        return record -> record.event() == Event.STAGED && isTransferAt(record, offset);
    }

    /** Returns a predicate of the completion of a read or write at an offset. */
    static Predicate<TransferRecord> completed(long offset) {
        return record -> record.event() == Event.COMPLETED && isTransferAt(record, offset);
    }

    /** Returns a predicate of the staging of a sync of either kind. */
    static Predicate<TransferRecord> syncStaged() {
        return record -> record.event() == Event.STAGED && SYNCS.contains(record.kind());
    }

    private static boolean isTransferAt(TransferRecord record, long offset) {
        return !SYNCS.contains(record.kind()) && record.offset() == offset;
    }

    /** Returns how often something passed until now. */
    long count(Predicate<TransferRecord> what) {
        return records.stream().filter(what).count();
    }

    /** Returns the kinds of the syncs that were staged until now, in order. */
    List<TransferKind> syncsStaged() {
        return records.stream().filter(syncStaged()).map(TransferRecord::kind).toList();
    }

    /** Returns the offsets of the reads and writes that were staged until now, in order. */
    List<Long> offsetsStaged() {
        return records.stream()
                .filter(record -> record.event() == Event.STAGED && !SYNCS.contains(record.kind()))
                .map(TransferRecord::offset)
                .toList();
    }

    /** Asserts that both passed, and that the last of the first ones passed before the first of the second ones. */
    void assertBefore(Predicate<TransferRecord> first, Predicate<TransferRecord> second) {
        List<TransferRecord> seen = List.copyOf(records);
        int last = -1;
        int next = -1;
        for (int i = 0; i < seen.size(); i++) {
            if (first.test(seen.get(i))) {
                last = i;
            }
            if (next < 0 && second.test(seen.get(i))) {
                next = i;
            }
        }
        assertTrue(last >= 0 && next > last, "first=" + last + " second=" + next + " of " + seen);
    }
}
