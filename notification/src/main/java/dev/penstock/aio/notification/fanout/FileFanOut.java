package dev.penstock.aio.notification.fanout;

import dev.penstock.aio.Errno;
import dev.penstock.aio.notification.Completion;
import dev.penstock.aio.spi.EndedRequest;
import dev.penstock.aio.spi.FileTap;
import dev.penstock.aio.spi.TappedFile;
import dev.penstock.aio.spi.TransferKind;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Puts the completions of one open file into the rings of those who want them. On the way of a request: it compares what
 * can be compared without allocation, and makes the completion when the first group wants it.
 */
final class FileFanOut implements FileTap {
    /**
     * The groups that might want something of the file, for each kind of request.
     *
     * @param snapshot the number of the snapshot that they were found in
     */
    private record Interest(long snapshot, boolean isAny, Map<TransferKind, Group[]> groups) {
        static final Interest UNKNOWN = new Interest(-1, false, new EnumMap<>(TransferKind.class));

        static Interest of(Groups.Snapshot snapshot, TappedFile file) {
            List<Group> ofFile = snapshot.of(file);
            Map<TransferKind, Group[]> groups = new EnumMap<>(TransferKind.class);
            for (TransferKind kind : TransferKind.values()) {
                groups.put(
                        kind,
                        ofFile.stream()
                                .filter(group -> group.matches(operation(kind)))
                                .toArray(Group[]::new));
            }
            return new Interest(snapshot.number(), !ofFile.isEmpty(), groups);
        }

        Group[] of(TransferKind kind) {
            Group[] some = groups.get(kind);
            return some == null ? NONE : some;
        }
    }

    private static final Group[] NONE = {};

    private final FanOut fanOut;
    private final TappedFile file;
    private volatile Interest interest = Interest.UNKNOWN;

    FileFanOut(FanOut fanOut, TappedFile file) {
        this.fanOut = fanOut;
        this.file = file;
    }

    @Override
    public boolean isWanted() {
        Groups.Snapshot now = fanOut.groups().snapshot();
        Interest known = interest;
        return (known.snapshot == now.number() ? known : learn(now)).isAny;
    }

    /** Finds out who is interested now. A thread that comes late with an older answer does not put it back. */
    private synchronized Interest learn(Groups.Snapshot snapshot) {
        Interest known = interest;
        if (known.snapshot < snapshot.number()) {
            known = Interest.of(snapshot, file);
            interest = known;
        }
        return known;
    }

    @Override
    public boolean ended(EndedRequest request) {
        Told told = null;
        for (Group group : interest.of(request.kind())) {
            if (group.matches(request)) {
                if (told == null) {
                    told = Told.of(file, operation(request.kind()), request);
                }
                group.ring().add(told);
            }
        }
        return told != null;
    }

    private static Completion.Operation operation(TransferKind kind) {
        return switch (kind) {
            case READ -> Completion.Operation.READ;
            case WRITE -> Completion.Operation.WRITE;
            case SYNC -> Completion.Operation.SYNC;
            case DATA_SYNC -> Completion.Operation.DATA_SYNC;
            case TRUNCATE -> Completion.Operation.TRUNCATE;
            case SIZE -> Completion.Operation.SIZE;
        };
    }

    @Override
    public void tell() {
        fanOut.pump().stir();
    }

    @Override
    public void poisoned(Errno errno) {
        fanOut.happened(lifecycle -> lifecycle.poisoned(file, errno));
    }
}
