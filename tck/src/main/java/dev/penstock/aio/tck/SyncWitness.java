package dev.penstock.aio.tck;

import dev.penstock.aio.spi.TransferKind;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Sees every sync that providers carry out, and can tell whether one was begun after a moment and has succeeded. It is
 * to observe the faults of every provider that takes part.
 */
public class SyncWitness implements Consumer<TransferRecord> {
    /** Sees nothing and believes everything. */
    public static final SyncWitness NONE = new SyncWitness() {
        @Override
        boolean sawSync(Path path, long after) {
            return true;
        }
    };

    private final AtomicLong clock = new AtomicLong();
    /** When the sync that is under way began, by path; the engine has one of a file at a time. */
    private final Map<Path, Long> begun = new ConcurrentHashMap<>();
    /** When the last one that has succeeded began. */
    private final Map<Path, Long> succeeded = new ConcurrentHashMap<>();

    /** Makes a witness that has seen nothing. */
    public SyncWitness() {}

    @Override
    public void accept(TransferRecord record) {
        if (record.kind() != TransferKind.SYNC && record.kind() != TransferKind.DATA_SYNC) {
            return;
        }
        switch (record.event()) {
            case STAGED, REPEATED -> begun.put(record.path(), clock.incrementAndGet());
            case COMPLETED -> {
                Long since = begun.get(record.path());
                if (record.result() >= 0 && since != null) {
                    succeeded.merge(record.path(), since, Math::max);
                }
            }
        }
    }

    /** Returns the present moment. */
    long now() {
        return clock.incrementAndGet();
    }

    /** Whether a sync of a file was begun after a moment, and has succeeded. */
    boolean sawSync(Path path, long after) {
        Long last = succeeded.get(path);
        return last != null && last > after;
    }
}
