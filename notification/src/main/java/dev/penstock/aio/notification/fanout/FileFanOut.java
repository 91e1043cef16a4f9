package dev.penstock.aio.notification.fanout;

import dev.penstock.aio.Errno;
import dev.penstock.aio.notification.Completion;
import dev.penstock.aio.spi.EndedRequest;
import dev.penstock.aio.spi.FileTap;
import dev.penstock.aio.spi.TappedFile;
import dev.penstock.aio.spi.TransferKind;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Puts the completions of one open file into the rings of those who want them. On the way of a request: it compares what
 * can be compared without allocation, and makes the completion when the first group wants it.
 */
final class FileFanOut implements FileTap {
    private static final Map<TransferKind, Group[]> NOBODY = Map.of();
    private static final Group[] NONE = {};

    private final FanOut fanOut;
    private final TappedFile file;
    /** The groups that might want something of the file; guarded by this. */
    private final Set<Group> groups = new HashSet<>();
    /** The same for each kind of request; immutable, written under the monitor. */
    private volatile Map<TransferKind, Group[]> interested = NOBODY;

    FileFanOut(FanOut fanOut, TappedFile file) {
        this.fanOut = fanOut;
        this.file = file;
    }

    /** Whether a group might want something of the file. May take long. */
    boolean matches(Group group) {
        return group.key().matches(file);
    }

    /** Adds a group; twice has no effect. */
    synchronized void add(Group group) {
        if (groups.add(group)) {
            interested = byKind();
        }
    }

    synchronized void remove(Group group) {
        if (groups.remove(group)) {
            interested = byKind();
        }
    }

    private Map<TransferKind, Group[]> byKind() {
        if (groups.isEmpty()) {
            return NOBODY;
        }
        Map<TransferKind, Group[]> byKind = new EnumMap<>(TransferKind.class);
        for (TransferKind kind : TransferKind.values()) {
            byKind.put(
                    kind,
                    groups.stream()
                            .filter(group -> group.matches(operation(kind)))
                            .toArray(Group[]::new));
        }
        return byKind;
    }

    @Override
    public boolean isWanted() {
        return interested != NOBODY;
    }

    @Override
    public void closed() {
        fanOut.groups().closed(this);
    }

    @Override
    public boolean ended(EndedRequest request) {
        Told told = null;
        for (Group group : interested.getOrDefault(request.kind(), NONE)) {
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
