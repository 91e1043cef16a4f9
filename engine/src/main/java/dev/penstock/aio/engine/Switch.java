package dev.penstock.aio.engine;

import dev.penstock.aio.spi.ProviderSwitch;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** One change among the providers: counts the files that move because of it, and tells of it after the last. */
final class Switch implements ProviderSwitch {
    private final Engine engine;
    private final Cause cause;
    private final String provider;
    private final Backends.Choice choice;
    /** Whether somebody was there to be told when it happened. */
    private final boolean isWatched;
    /** Whether it is told of though nothing has moved. */
    private final boolean isNews;
    /** Moves under way, and one for whoever still looks for files. */
    private final AtomicInteger open = new AtomicInteger(1);

    private final AtomicInteger moved = new AtomicInteger();
    private final AtomicInteger left = new AtomicInteger();
    private final AtomicLong longestPauseNs = new AtomicLong();

    Switch(Engine engine, Cause cause, String provider, Backends.Choice choice) {
        this(engine, cause, provider, choice, true);
    }

    /**
     * Counts from now on.
     *
     * @param isNews false if it was told of before, and is worth it only if something moves now
     */
    Switch(Engine engine, Cause cause, String provider, Backends.Choice choice, boolean isNews) {
        this.engine = engine;
        this.cause = cause;
        this.provider = provider;
        this.choice = choice;
        this.isNews = isNews;
        this.isWatched = engine.tapPoint().isTapped();
    }

    /** A file is about to move, until {@link #ended}. */
    void begins() {
        open.incrementAndGet();
    }

    /** A file has moved, and its transfers were held for so long. */
    void moved(long pauseNs) {
        moved.incrementAndGet();
        longestPauseNs.accumulateAndGet(pauseNs, Math::max);
        engine.stats().moved(pauseNs);
    }

    /** It should have moved, and stays where it is. */
    void stays() {
        left.incrementAndGet();
        engine.stats().unmoved.increment();
    }

    /** What {@link #begins began} is over, or no more files are looked for. */
    void ended() {
        if (open.decrementAndGet() == 0 && isWatched && (isNews || filesMoved() > 0)) {
            engine.tapPoint().switched(this);
        }
    }

    @Override
    public String instance() {
        return engine.name();
    }

    @Override
    public Cause cause() {
        return cause;
    }

    @Override
    public String provider() {
        return provider;
    }

    @Override
    public List<String> providers() {
        return choice.usable();
    }

    /** Whether new files go to another provider than before. */
    boolean changesTheBest() {
        return choice.isNew();
    }

    @Override
    public int filesMoved() {
        return moved.get();
    }

    @Override
    public int filesLeft() {
        return left.get();
    }

    @Override
    public long longestPauseNs() {
        return longestPauseNs.get();
    }
}
