package dev.penstock.aio.provider.nio;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.DSYNC;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.SYNC;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.penstock.aio.spi.OpenSpec;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Opens one file as its specification says.
 *
 * <p>A FileChannel cannot both append and read. So one is opened for appending, and one for reading to the very same
 * file, by the number of the first one's descriptor. Opening the path again could meet another file, and comparing
 * file keys would not prove the contrary, for they are used again at once.
 */
final class NioOpening {
    private final OpenSpec spec;
    private final NioSettings settings;
    private final ErrnoText errors;
    private final @Nullable OpenOption direct;

    NioOpening(OpenSpec spec, NioSettings settings, ErrnoText errors, @Nullable OpenOption direct) {
        this.spec = spec;
        this.settings = settings;
        this.errors = errors;
        this.direct = direct;
    }

    NioFile open() throws IOException {
        if (!spec.append()) {
            return file(first(access()), null);
        }
        FileChannel appends = first(Set.of(APPEND));
        return file(spec.read() ? second(appends) : appends, appends);
    }

    private Set<OpenOption> access() {
        if (!spec.write()) {
            return Set.of(READ);
        }
        return spec.read() ? Set.of(READ, WRITE) : Set.of(WRITE);
    }

    private FileChannel first(Set<OpenOption> access) throws IOException {
        Set<OpenOption> options = new HashSet<>(access);
        addIf(spec.create(), CREATE, options);
        addIf(spec.createNew(), CREATE_NEW, options);
        addIf(spec.truncateExisting(), TRUNCATE_EXISTING, options);
        addIf(spec.noFollowLinks(), LinkOption.NOFOLLOW_LINKS, options);
        addLasting(options);
        return FileChannel.open(spec.path(), options, spec.attributes().toArray(FileAttribute<?>[]::new));
    }

    /** Opens the file of a channel once more, for reading, and closes the channel if that fails. */
    private FileChannel second(FileChannel first) throws IOException {
        Set<OpenOption> options = new HashSet<>(Set.of(READ));
        addLasting(options);
        try {
            return SteadyThread.call(settings.threadPrefix() + "-open", () -> DescriptorNumber.reopen(first, options));
        } catch (IOException | RuntimeException | Error e) {
            close(first, e);
            throw e;
        }
    }

    /** Adds what holds for each transfer, and so for each channel. */
    private void addLasting(Set<OpenOption> options) {
        addIf(spec.dsync(), DSYNC, options);
        addIf(spec.sync(), SYNC, options);
        if (spec.direct()) {
            if (direct == null) {
                throw new UnsupportedOperationException("the JDK's option DIRECT is not accessible");
            }
            options.add(direct);
        }
    }

    private static void addIf(boolean wanted, OpenOption option, Set<OpenOption> options) {
        if (wanted) {
            options.add(option);
        }
    }

    private NioFile file(FileChannel channel, @Nullable FileChannel appends) throws IOException {
        try {
            int alignmentBytes = spec.direct()
                    ? Math.toIntExact(Files.getFileStore(spec.path()).getBlockSize())
                    : 1;
            return new NioFile(spec.path(), channel, appends, alignmentBytes, helping(channel, appends), errors);
        } catch (IOException | RuntimeException e) {
            close(channel, e);
            if (appends != null) {
                close(appends, e);
            }
            throw e;
        }
    }

    private static void close(FileChannel channel, Throwable because) {
        try {
            channel.close();
        } catch (IOException e) {
            because.addSuppressed(e);
        }
    }

    /**
     * Helpers get no files that pass the cache by, for there the workers' overlap is worth more than a hand-over
     * costs, nor any where a write waits for storage.
     */
    private @Nullable HelpingChannel helping(FileChannel channel, @Nullable FileChannel appends) {
        boolean waitsForStorage = spec.direct() || spec.dsync() || spec.sync();
        if (settings.helpAfter() == 0 || waitsForStorage || channel == appends) {
            return null;
        }
        Set<OpenOption> access = appends == null ? access() : Set.of(READ);
        return new HelpingChannel(channel, access, settings.helpAfter());
    }
}
