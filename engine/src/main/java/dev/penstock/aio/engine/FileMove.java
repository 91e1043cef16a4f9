package dev.penstock.aio.engine;

import static java.util.Objects.requireNonNull;

import dev.penstock.aio.AioException;
import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.BackendFile;
import dev.penstock.aio.spi.Capability;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * One file's move from the backend where it is to a better one, or to any if it cannot stay.
 *
 * <pre>
 *   OPENING -> FLUSHING  {@link #opened}: it is open at the other backend too, and was found to be the same file; what
 *                        was written is synced, while its requests go on
 *   FLUSHING -> DRAINING {@link #step}: from now on its transfers are held, and what the lanes have is waited for
 *   DRAINING -> SYNCING  {@link #step}: they have nothing; what was written since is synced where it was written
 *   SYNCING -> OVER      {@link #land}: what is held goes to the other backend, the old descriptor is closed
 *   any -> OVER          {@link #end}: it stays, and what is held goes on where it is
 * </pre>
 *
 * <p>It opens first, and holds transfers only when it knows that the file can move: so a file that cannot does not
 * notice, and one that can pauses for as long as its transfers in flight take, and a sync of what was written last. If they take too long, the lanes are asked
 * to hand them back, and if that takes too long too the move is given up. A thread is used only for what may block.
 *
 * <p>As long as it lasts it holds the file as a request does, so that the descriptor is not closed meanwhile.
 */
final class FileMove {
    private enum State {
        OPENING,
        FLUSHING,
        DRAINING,
        SYNCING,
        OVER
    }

    /** Where the file is open, too; that backend does not end before the file has arrived, or is closed there. */
    private record Destination(Bound bound, BackendFile descriptor) {}

    private final OpenFile file;
    private final Engine engine;
    private final Switch change;
    private final Bound from;
    /** As the providers were when it began. */
    private final int generation;
    // Touched by the thread that opens.
    /** Why it could not move so far. */
    private final StringBuilder refusals = new StringBuilder();
    /** Whether the file is not to be found any more. */
    private boolean isLost;

    /** Whether it cannot stay. */
    private volatile boolean leaving;
    /** Where it is being opened. */
    private volatile @Nullable Bound opening;

    // Guarded by this.
    private State state = State.OPENING;
    private @Nullable Destination destination;
    private @Nullable Future<?> timer;
    private boolean askedBack;

    FileMove(OpenFile file, Engine engine, Switch change) {
        this.file = file;
        this.engine = engine;
        this.change = change;
        this.generation = engine.backends().generation();
        this.from = file.backend();
    }

    /** Whether something has changed since it began. */
    boolean isOutdated() {
        return generation != engine.backends().generation();
    }

    /** Begins; once, after the file was {@linkplain FileClosing#tryHold held}. */
    void start() {
        engine.mover().open(this::open);
    }

    /** Whether the file is where it was when this was made, and may move away from there. */
    boolean isStillRight() {
        return file.backend() == from && !from.isEvacuated() && !file.order().isStranded();
    }

    // ---- opening

    private void open() {
        synchronized (this) {
            if (state == State.OVER) {
                return;
            }
            restartTimer();
        }
        leaving = from.isLeaving();
        Destination found = null;
        try {
            found = find();
        } catch (Throwable e) {
            refusals.append(e);
        }
        if (found != null) {
            opened(found);
        } else {
            end(refusals.toString(), leaving || isLost);
        }
    }

    /** Opens the file at the best backend that can have it; null if it stays. */
    private @Nullable Destination find() throws AioException {
        FileIdentity identity = identity();
        if (identity == null) {
            refused(from, "does not tell which file it has open");
            return null;
        }
        Set<Bound> tried = new HashSet<>(file.avoided());
        Bound next = engine.backends().candidate(from, tried);
        while (next != null && !isLost) {
            opening = next;
            Destination there = open(next, identity);
            opening = null;
            if (there != null) {
                return there;
            }
            tried.add(next);
            next = engine.backends().candidate(from, tried);
        }
        Bound none = leaving ? engine.backends().noneIfUnusable() : null;
        return none == null || !none.beginArrival()
                ? null
                : new Destination(none, new NoProvider.Left(identity, file.alignmentBytes()));
    }

    private @Nullable FileIdentity identity() {
        return file.backendFile() instanceof NoProvider.Left left
                ? left.identity()
                : FileIdentity.of(file.backendFile().descriptor());
    }

    private void refused(Bound by, String why) {
        refusals.append(refusals.length() == 0 ? "" : "; ")
                .append("provider ")
                .append(by.name())
                .append(' ')
                .append(why);
    }

    private @Nullable Destination open(Bound at, FileIdentity identity) {
        Set<Capability> missing = at.missing(file.spec());
        if (!missing.isEmpty()) {
            refused(at, "cannot do " + missing);
            return null;
        }
        if (!at.beginArrival()) {
            return null;
        }
        Destination there = null;
        String why;
        try {
            if (from.isNowhere()) {
                // Its path may name anything by now.
                FileKind.check(file.spec());
            }
            int descriptor = file.backendFile().descriptor();
            there = new Destination(at, at.reopen(file.spec().forReopening(), descriptor));
            why = whyNot(there, identity);
        } catch (AioException e) {
            isLost = from.isNowhere() && e.errno() == Errno.ENOENT;
            why = "answers " + e.getMessage();
        } catch (RuntimeException | Error e) {
            at.misbehaved("open", e);
            why = "fails: " + e;
        }
        if (why.isEmpty()) {
            return there;
        }
        refused(at, why);
        if (there == null) {
            at.endArrival();
        } else {
            close(there);
        }
        return null;
    }

    private String whyNot(Destination there, FileIdentity identity) {
        FileIdentity other = FileIdentity.of(there.descriptor().descriptor());
        if (other == null) {
            return "does not tell which file it has opened";
        }
        boolean isSame = from.isNowhere() ? identity.equals(other) : identity.isSameWhileOpen(other);
        if (!isSame) {
            isLost = from.isNowhere();
            return "finds another file at the path";
        }
        int alignment = Math.max(1, there.descriptor().alignmentBytes());
        return file.alignmentBytes() % alignment == 0
                ? ""
                : "demands multiples of " + alignment + " bytes, and the file was opened with " + file.alignmentBytes();
    }

    /** Closes it where it was opened in vain. */
    private void close(Destination there) {
        try {
            there.descriptor().close();
        } catch (Throwable e) {
            there.bound().misbehaved("close", e);
        } finally {
            there.bound().endArrival();
        }
    }

    // ---- draining

    private synchronized void opened(Destination there) {
        if (state == State.OVER) {
            close(there);
            return;
        }
        destination = there;
        if (there.bound().isLeaving()) {
            giveUp("provider " + there.bound().name() + " left meanwhile");
            return;
        }
        state = State.FLUSHING;
        restartTimer();
        file.swap().drive();
        if (from.isNowhere() || !file.swap().syncAhead()) {
            step();
        }
    }

    /** What the move waits for in the lanes has ended. */
    void drained() {
        engine.mover().step(this::step);
    }

    private synchronized void step() {
        if (state == State.FLUSHING && file.swap().isDrained()) {
            state = State.DRAINING;
            restartTimer();
            if (state == State.DRAINING && !file.swap().hold()) {
                from.flush();
                return;
            }
        }
        if (state == State.DRAINING && file.swap().isDrained()) {
            state = State.SYNCING;
            if (!from.isNowhere() && file.swap().syncBeforeMove()) {
                return;
            }
        }
        if (state == State.SYNCING && file.swap().isDrained()) {
            finish();
        }
    }

    private void finish() {
        if (!from.isNowhere() && file.swap().syncAgain()) {
            return;
        }
        if (!from.isNowhere() && !leaving && file.swap().isDirty()) {
            giveUp("what was written could not be synced at provider " + from.name());
            return;
        }
        land(requireNonNull(destination));
    }

    private void restartTimer() {
        stopTimer();
        askedBack = false;
        timer = engine.later(this::overdue, engine.config().swapTimeoutNs());
    }

    private void stopTimer() {
        Future<?> pending = timer;
        if (pending != null) {
            pending.cancel(false);
        }
    }

    private void land(Destination there) {
        Bound to = there.bound();
        if (to.isLeaving()) {
            giveUp("provider " + to.name() + " left meanwhile");
            return;
        }
        BackendFile old = file.backendFile();
        if (to.isNowhere()) {
            // As it is now that it is synced.
            FileIdentity identity = FileIdentity.of(old.descriptor());
            if (identity == null) {
                end("provider " + from.name() + " no longer tells which file it has open", true);
                return;
            }
            there = new Destination(to, new NoProvider.Left(identity, file.alignmentBytes()));
        }
        boolean served = !to.isNowhere();
        to.arrived(file);
        file.swap().settle(to, there.descriptor());
        long pauseNs = 0;
        if (served) {
            engine.mover().waitsNoLonger(file);
            pauseNs = file.swap().serve();
        } else {
            engine.mover().waits(file, to);
        }
        to.endArrival();
        destination = null;
        engine.mover().close(() -> closeOld(old));
        over("");
        if (served) {
            change.moved(pauseNs);
        }
        engine.mover().ended(file, this, change);
    }

    private void closeOld(BackendFile old) {
        try {
            old.close();
        } catch (Throwable e) {
            engine.warnings()
                    .once(
                            "file " + file.path() + " moved away from provider " + from.name()
                                    + ", where its close failed",
                            e);
        } finally {
            from.closed(file);
        }
    }

    // ---- the end

    private void overdue() {
        boolean ask;
        synchronized (this) {
            switch (state) {
                case OPENING -> {
                    Bound hanging = opening;
                    if (hanging != null) {
                        file.avoided().add(hanging);
                    }
                    giveUp(describe());
                    return;
                }
                case FLUSHING -> {
                    // The file goes on meanwhile, and a sync takes the time that it takes.
                    restartTimer();
                    return;
                }
                case DRAINING, SYNCING -> {
                    if (askedBack) {
                        end(describe(), leaving);
                        return;
                    }
                    askedBack = true;
                    timer = engine.later(this::overdue, engine.config().swapTimeoutNs());
                    ask = true;
                }
                case OVER -> ask = false;
                default -> throw new AssertionError(state);
            }
        }
        if (ask) {
            file.swap().takeBack();
        }
    }

    /** A provider leaves, which may be the one that the file was to move to. */
    void destinationLeaves(Bound leaving) {
        boolean isIt;
        synchronized (this) {
            isIt = destination != null && destination.bound() == leaving;
        }
        if (isIt) {
            giveUp("provider " + leaving.name() + " left meanwhile");
        }
    }

    /** The file stays where it is, for now: if its provider leaves, it is looked at once more. */
    void giveUp(String why) {
        end(why, false);
    }

    /**
     * Ends it.
     *
     * @param why it has not moved; empty if there was no need
     * @param strand whether it cannot stay either
     */
    private synchronized void end(String why, boolean strand) {
        if (state == State.OVER) {
            return;
        }
        Destination there = destination;
        destination = null;
        if (there != null) {
            engine.mover().close(() -> close(there));
        }
        if (strand) {
            engine.warnings()
                    .once("file " + file.path() + " ends with ESTALE, for its provider " + from.name()
                            + " is gone, and: " + why);
            file.order().strand(Errno.ESTALE, from);
            engine.mover().waitsNoLonger(file);
        } else if (file.home().isHolding() && !from.isNowhere()) {
            file.swap().serve();
        }
        over(why);
        // If something has changed since, it is looked at once more.
        if (!why.isEmpty() && !isOutdated()) {
            change.stays();
        }
        engine.mover().ended(file, this, change);
    }

    private void over(String why) {
        if (state != State.OPENING) {
            file.swap().endDrive();
        }
        state = State.OVER;
        stopTimer();
        file.endMove(why);
        file.closing().released();
    }

    /** Returns what it is at, for operators. */
    synchronized String describe() {
        return switch (state) {
            case OPENING -> "is being opened at another provider";
            case FLUSHING -> "is being synced at provider " + from.name() + " while it goes on";
            case DRAINING -> "waits for " + file.home().awaited() + " requests in flight at provider " + from.name();
            case SYNCING -> "is being synced at provider " + from.name();
            case OVER -> "";
        };
    }
}
