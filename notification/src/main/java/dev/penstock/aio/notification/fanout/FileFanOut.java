package dev.penstock.aio.notification.fanout;

import static java.util.Objects.requireNonNull;

import dev.penstock.aio.Errno;
import dev.penstock.aio.notification.Completion;
import dev.penstock.aio.spi.EndedRequest;
import dev.penstock.aio.spi.FileTap;
import dev.penstock.aio.spi.TappedFile;
import dev.penstock.aio.spi.TransferKind;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts the completions of one open file into the rings of those who want them. On the way of a request: it allocates
 * nothing, but when the file's requests change their tag.
 */
final class FileFanOut implements FileTap {
    private static final EnumMap<TransferKind, Group[]> NOBODY = byKind(Set.of());

    private final FanOut fanOut;
    private final TappedFile file;
    /** The groups that might want something of the file; guarded by this. */
    private final Set<Group> groups = new HashSet<>();
    /** The same for each kind of request, never null; not changed any more, written under the monitor. */
    private volatile EnumMap<TransferKind, Group[]> interested = NOBODY;
    /** Of the completion that was told last; guarded by the file's lock. */
    private @Nullable Source source;

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
            interested = byKind(groups);
        }
    }

    synchronized void remove(Group group) {
        if (groups.remove(group)) {
            interested = byKind(groups);
        }
    }

    private static EnumMap<TransferKind, Group[]> byKind(Set<Group> groups) {
        EnumMap<TransferKind, Group[]> byKind = new EnumMap<>(TransferKind.class);
        for (TransferKind kind : TransferKind.values()) {
            byKind.put(
                    kind,
                    groups.stream()
                            .filter(group -> group.matches(operation(kind)))
                            .toArray(Group[]::new));
        }
        return byKind;
    }

    private Group[] interested(TransferKind kind) {
        return requireNonNull(interested.get(kind));
    }

    @Override
    public boolean isWanted(TransferKind kind) {
        return interested(kind).length > 0;
    }

    @Override
    public void closed() {
        fanOut.groups().closed(this);
    }

    @Override
    public boolean ended(EndedRequest request) {
        Source from = null;
        boolean isAwaited = false;
        for (Group group : interested(request.kind())) {
            if (group.matches(request)) {
                if (from == null) {
                    from = source(request);
                }
                group.ring().add(from, operation(request.kind()), request);
                isAwaited |= group.isAwaited();
            }
        }
        return isAwaited;
    }

    private Source source(EndedRequest request) {
        Source last = source;
        if (last == null || !last.isOf(request)) {
            last = Source.of(file, request);
            source = last;
        }
        return last;
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
