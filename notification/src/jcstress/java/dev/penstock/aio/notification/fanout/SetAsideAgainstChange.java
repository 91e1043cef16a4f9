package dev.penstock.aio.notification.fanout;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.penstock.aio.notification.Completion;
import dev.penstock.aio.notification.CompletionListener;
import dev.penstock.aio.spi.FileTap;
import dev.penstock.aio.spi.TappedFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** A call of a listener goes wrong once too often while its properties change. */
@JCStressTest
@Outcome(id = "set aside, told nothing", expect = ACCEPTABLE, desc = "It was set aside last, or its filter was changed first.")
@Outcome(id = "ready, told", expect = ACCEPTABLE, desc = "It was set aside first, or not at all, and has its new filter.")
@Outcome(expect = FORBIDDEN, desc = "It is told nothing though it is not set aside, or the other way round.")
@State
public class SetAsideAgainstChange {
    /** Each setting aside is logged, and there are millions. Held, because loggers are collectable. */
    private static final Logger LOGGER = Logger.getLogger("dev.penstock.aio");

    private static final Map<String, ?> READS = Map.of(CompletionListener.OPERATION, "READ");
    private static final Map<String, ?> READS_AND_SYNCS =
            Map.of(CompletionListener.OPERATION, List.of("READ", "SYNC"));

    /** One for all, for it has a thread. */
    private static final FanOut FAN_OUT;

    private static final FileTap FILE;

    static {
        LOGGER.setLevel(Level.OFF);
        FAN_OUT = new FanOut(new Settings(2, 1, 1_000, 1, Settings.LISTENERS_MAX));
        FILE = FAN_OUT.tap().opened(new File());
    }

    private static final class File implements TappedFile {
        @Override
        public String instance() {
            return "default";
        }

        @Override
        public long number() {
            return 1;
        }

        @Override
        public Path path() {
            return Path.of("/f");
        }

        @Override
        public long owner() {
            return PROGRAM;
        }

        @Override
        public String ownerName() {
            return "the test";
        }
    }

    /** Fails at the first completion, and asks for no other until it is to. */
    private static final class Failing implements CompletionListener, Appetite {
        volatile boolean isSated;

        @Override
        public long allowed() {
            return isSated ? 0 : Long.MAX_VALUE;
        }

        @Override
        public void completed(Completion completion) {
            isSated = true;
            throw new IllegalStateException("thrown by the test");
        }
    }

    private final Failing listener = new Failing();
    /** Not among those whom the pump looks at. */
    private final Subscription subscription =
            new Subscription(FAN_OUT, Subscriber.ofProgram(listener), listener, READS);

    public SetAsideAgainstChange() {
        end();
    }

    private static void end() {
        // The file's lock.
        synchronized (FILE) {
            FILE.ended(new Numbered(1, 1));
        }
    }

    @Actor
    public void deliver() {
        subscription.run();
    }

    @Actor
    public void change() {
        subscription.refilter(READS_AND_SYNCS);
    }

    @Arbiter
    public void look(LL_Result r) {
        end();
        listener.isSated = false;
        r.r1 = subscription.info().isSetAside() ? "set aside" : "ready";
        r.r2 = subscription.info().queued() > 0 ? "told" : "told nothing";
        subscription.close();
    }
}
