package dev.penstock.aio.distribution.command;

import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.Limits;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The options that {@code copy} and {@code demo} share. */
@SuppressWarnings("NullAway.Init") // picocli sets the annotated fields
final class TransferOptions {
    private static final long BLOCK_MAX = 1L << 30;
    private static final int SECTOR_BYTES = 512;

    @Option(
            names = "--depth",
            paramLabel = "N",
            defaultValue = "32",
            description = "How many blocks are under way at a time (default: ${DEFAULT-VALUE}).")
    int depth;

    @Option(
            names = "--block",
            paramLabel = "SIZE",
            defaultValue = "256k",
            converter = Sizes.class,
            description = "The size of a block, such as 4096, 64k or 1M (default: ${DEFAULT-VALUE}).")
    long block;

    @Option(
            names = "--provider",
            paramLabel = "NAME",
            description = "The provider that moves the bytes (default: the best; see 'aio providers').")
    @Nullable
    String provider;

    @Option(
            names = "--direct",
            description = "Go past the page cache; the block must be a multiple of the file system's alignment.")
    boolean direct;

    @Option(
            names = "--watch",
            description = "Show completions as they happen, at most " + ShownCompletions.LINES_PER_SECOND
                    + " lines a second, and at the end how many of how many.")
    boolean watch;

    @Option(
            names = "--swap",
            description = "Stop and start the bundles of providers all the while, so that each second another one"
                    + " moves the bytes; tell at the end how often, and the longest pause of a file.")
    boolean swap;

    @Spec(Target.MIXEE)
    CommandSpec command;

    /** Checks what needs no container. */
    void check() {
        require(depth >= 1, "--depth=" + depth + ": must be 1 or more");
        require(block >= 1 && block <= BLOCK_MAX, "--block=" + block + ": must be 1 to " + BLOCK_MAX);
        require(
                !direct || block % SECTOR_BYTES == 0,
                "--block=" + block + " with --direct: must be a multiple of " + SECTOR_BYTES);
    }

    /**
     * Finds the instance to work with and checks what depends on it.
     *
     * @throws ParameterException if there is no such provider, or the instance's limits are passed
     */
    AsyncIo open(Instances instances) throws IOException, InterruptedException {
        AsyncIo aio = provider != null
                ? withProvider(instances, provider)
                : watch || swap ? instances.own("", watch, swap) : instances.best();
        Limits limits = aio.limits();
        int requestsMax = Math.min(limits.maxRequests(), limits.maxRequestsPerConsumer());
        require(depth <= requestsMax, "--depth=" + depth + ": must be 1 to " + requestsMax);
        require(
                block <= limits.maxLeasedBytes() / depth,
                "--depth=" + depth + " times --block=" + block + ": must be " + limits.maxLeasedBytes() + " or less");
        return aio;
    }

    private AsyncIo withProvider(Instances instances, String name) throws IOException, InterruptedException {
        require(
                instances.providerNames().contains(name),
                "--provider=" + name + ": there is no such provider; there are "
                        + String.join(", ", instances.providerNames()));
        return instances.own(name, watch, swap);
    }

    /**
     * Copies, shows the completions if that is wished, and swaps the providers meanwhile if that is.
     *
     * @param aio as {@link #open} found it
     * @param sync whether to bring the target to storage at the end
     * @param force whether to write over an existing target
     */
    CopyResult copy(Instances instances, AsyncIo aio, Path from, Path to, boolean sync, boolean force)
            throws IOException, InterruptedException {
        CopyOptions options = new CopyOptions(depth, (int) block, direct, sync, force);
        if (!swap) {
            return watched(instances, new FileCopy(aio, from, to, options));
        }
        Swaps swaps = new Swaps(aio, instances.providerBundles(aio), Swaps.PERIOD_NS);
        CopyResult copied = watched(instances, new FileCopy(aio, from, to, options, swaps));
        return copied.swapped(swaps.served(), swaps.count(), instances.longestPauseUs());
    }

    private CopyResult watched(Instances instances, FileCopy copy) throws IOException, InterruptedException {
        if (!watch) {
            return copy.run();
        }
        Watch watching = instances.watch();
        try {
            return copy.run();
        } finally {
            watching.end();
        }
    }

    private void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new ParameterException(command.commandLine(), otherwise);
        }
    }
}
