package dev.penstock.aio.engine;

import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.ProviderInfo;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.spi.CompletionTap;
import dev.penstock.aio.spi.TappedFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One instance of the engine, as a container handles it: providers and users come and go. */
public final class Instance {
    private final Engine engine;

    /**
     * Makes an instance without providers.
     *
     * @param attributes its configuration by name
     * @throws IllegalArgumentException if an attribute is unknown or out of its bounds
     */
    public Instance(Map<String, ?> attributes) {
        this.engine = new Engine(Config.of(attributes));
    }

    /** Returns its name. */
    public String name() {
        return engine.name();
    }

    /** A provider has come; it is probed now. */
    public void add(AioProvider provider, int ranking) {
        engine.backends().add(provider, ranking);
    }

    /** A provider's ranking has changed. */
    public void rank(AioProvider provider, int ranking) {
        engine.backends().rank(provider, ranking);
    }

    /** A provider goes; returns when the kernel has finished with what it had in flight, or the time for it is over. */
    public void remove(AioProvider provider) {
        engine.backends().remove(provider);
    }

    /** Returns whether files can be opened. */
    public boolean isUsable() {
        return engine.backends().isUsable();
    }

    /** Makes the calls of a user, who is to be {@linkplain #endUser ended}. */
    public AsyncIo user(String name) {
        return user(name, TappedFile.PROGRAM);
    }

    /**
     * Makes the calls of a user, who is to be {@linkplain #endUser ended}.
     *
     * @param owner the id of his bundle: its listeners are told of his completions
     */
    public AsyncIo user(String name, long owner) {
        return engine.consumer(name, owner);
    }

    /** The notification service has come. */
    public void tap(CompletionTap tap) {
        engine.tapPoint().put(tap);
    }

    /** The notification service goes. */
    public void untap(CompletionTap tap) {
        engine.tapPoint().remove(tap);
    }

    /** Closes what a user left open and takes back what he leased. */
    public void endUser(AsyncIo user) {
        ((Consumer) user).end();
    }

    /** Ends every user, then the providers' backends and every thread. */
    public void stop() {
        engine.stop();
    }

    // ---- what operators ask

    /** Returns the providers, best first. */
    public List<ProviderInfo> providers() {
        return engine.backends().infos();
    }

    /** Returns name and value of each counter. */
    public Map<String, Long> stats() {
        return engine.stats().snapshot();
    }

    /**
     * An open file.
     *
     * @param user who opened it
     * @param path as given at open
     * @param provider what moves its bytes
     * @param move what its move to another provider is at; empty if it does not move
     * @param stays why it did not move to a better provider; empty if it is where it should be
     * @param pending requests that are not done
     * @param open false while it is closing
     * @param poisoned whether a write-back failed
     */
    public record FileReport(
            String user,
            Path path,
            String provider,
            String move,
            String stays,
            int pending,
            boolean open,
            boolean poisoned) {}

    /**
     * A request that is not done.
     *
     * @param user who started it
     * @param path of its file
     * @param operation what it does
     * @param offset in bytes
     * @param length in bytes
     * @param state where it is
     * @param ageMs milliseconds since it was started, or a few more; many more if its provider hangs
     */
    public record RequestReport(
            String user, Path path, String operation, long offset, long length, String state, long ageMs) {}

    /** Returns every open file. */
    public List<FileReport> files() {
        List<FileReport> files = new ArrayList<>();
        for (Consumer user : engine.consumers()) {
            for (OpenFile file : user.files()) {
                files.add(new FileReport(
                        user.user(),
                        file.path(),
                        file.backend().name(),
                        file.moveReport(),
                        file.staysBecause(),
                        file.pending().size(),
                        file.isOpen(),
                        file.isPoisoned()));
            }
        }
        return files;
    }

    /** Returns every request that is not done. */
    public List<RequestReport> requests() {
        long now = System.nanoTime();
        List<RequestReport> requests = new ArrayList<>();
        for (OpenFile file : engine.files()) {
            for (FileOrder.Pending each : file.pending()) {
                Block block = each.block();
                Flight flight = block.flight;
                requests.add(new RequestReport(
                        file.consumer().user(),
                        file.path(),
                        flight.kind().name(),
                        flight.start(),
                        flight.asked(),
                        Life.stateName(block.word()),
                        (now - flight.startedNs()) / 1_000_000));
            }
        }
        return requests;
    }
}
