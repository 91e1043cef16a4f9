package dev.penstock.aio.provider.nio;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.DSYNC;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.SYNC;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.penstock.aio.AioException;
import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.OpenSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Opens one file as its specification says, by its path or by a descriptor that has it open.
 *
 * <p>A FileChannel cannot both append and read. So one is opened for appending, and one for reading to the very same
 * file, by the number of the first one's descriptor. Opening the path again could meet another file, and comparing
 * file keys would not prove the contrary, for they are used again at once.
 */
final class NioOpening {
    /** No file store is known to have smaller blocks. */
    private static final int BLOCK_BYTES_MIN = 512;

    private static final int BLOCK_BYTES_MAX = 1 << 24;

    private static final int S_IFMT = 0170000;
    private static final int S_IFREG = 0100000;
    private static final int S_IFBLK = 0060000;
    private static final int S_IFDIR = 0040000;

    /** Opens a file once more. */
    private interface Reopening {
        FileChannel open(Set<? extends OpenOption> options) throws IOException;
    }

    private final OpenSpec spec;
    private final NioSettings settings;
    private final ErrnoText errors;
    private final @Nullable OpenOption direct;
    private final DescriptorNumbers numbers;

    NioOpening(
            OpenSpec spec,
            NioSettings settings,
            ErrnoText errors,
            @Nullable OpenOption direct,
            DescriptorNumbers numbers) {
        this.spec = spec;
        this.settings = settings;
        this.errors = errors;
        this.direct = direct;
        this.numbers = numbers;
    }

    NioFile open() throws IOException {
        FileChannel first = first();
        return file(first, options -> reopen(first, options));
    }

    private FileChannel reopen(FileChannel channel, Set<? extends OpenOption> options) throws IOException {
        DescriptorNumber number = numbers.of(channel);
        try {
            return number.reopen(options);
        } finally {
            number.forget();
        }
    }

    /** Opens once more what a descriptor has open, which must stay so meanwhile. */
    NioFile takeOver(int descriptor) throws IOException {
        Path path = DescriptorNumber.path(descriptor);
        requireKind(path);
        Reopening again = options -> FileChannel.open(path, options);
        return file(again.open(lasting(spec.append() ? Set.of(APPEND) : access())), again);
    }

    /** To open a pipe might wait for its other side, and a folder can be opened to be read. */
    private void requireKind(Path path) throws IOException {
        switch ((int) Files.getAttribute(path, "unix:mode") & S_IFMT) {
            case S_IFREG, S_IFBLK -> {}
            case S_IFDIR -> throw new AioException(spec.toString(), Errno.EISDIR);
            default ->
                throw new AioException(
                        spec.toString(), Errno.EOPNOTSUPP, "is neither a regular file nor a block device");
        }
    }

    private Set<OpenOption> access() {
        if (!spec.write()) {
            return Set.of(READ);
        }
        return spec.read() ? Set.of(READ, WRITE) : Set.of(WRITE);
    }

    private FileChannel first() throws IOException {
        Set<OpenOption> options = lasting(spec.append() ? Set.of(APPEND) : access());
        addIf(spec.create(), CREATE, options);
        addIf(spec.createNew(), CREATE_NEW, options);
        addIf(spec.truncateExisting(), TRUNCATE_EXISTING, options);
        addIf(spec.noFollowLinks(), LinkOption.NOFOLLOW_LINKS, options);
        return FileChannel.open(spec.path(), options, spec.attributes().toArray(FileAttribute<?>[]::new));
    }

    /** Adds to an access what holds for each transfer, and so for each channel. */
    private Set<OpenOption> lasting(Set<OpenOption> access) {
        Set<OpenOption> options = new HashSet<>(access);
        addIf(spec.dsync(), DSYNC, options);
        addIf(spec.sync(), SYNC, options);
        if (spec.direct()) {
            if (direct == null) {
                throw new UnsupportedOperationException("the JDK's option DIRECT is not accessible");
            }
            options.add(direct);
        }
        return options;
    }

    private static void addIf(boolean wanted, OpenOption option, Set<OpenOption> options) {
        if (wanted) {
            options.add(option);
        }
    }

    /** Makes the file of its first channel, and opens the second one if it needs one. Closes both if that fails. */
    private NioFile file(FileChannel first, Reopening again) throws IOException {
        FileChannel second = null;
        DescriptorNumber number = null;
        try {
            second = spec.append() && spec.read() ? again.open(lasting(Set.of(READ))) : null;
            FileChannel channel = second == null ? first : second;
            number = numbers.of(channel);
            return new NioFile(
                    spec.path(),
                    channel,
                    spec.append() ? first : null,
                    number,
                    spec.direct() ? blockBytes(channel) : 1,
                    spec.sync() || spec.dsync(),
                    helping(number),
                    errors);
        } catch (IOException | RuntimeException | Error e) {
            if (number != null) {
                number.forget();
            }
            close(first, e);
            if (second != null) {
                close(second, e);
            }
            throw e;
        }
    }

    /**
     * Returns what the JDK demands offsets to be multiples of. The channel knows it and does not tell, but it refuses an
     * offset even for no bytes at all. The file store of the path would be another one's if the path is, and that of a
     * file that was removed is not to be had.
     */
    private int blockBytes(FileChannel channel) throws IOException {
        return SteadyThread.call(settings.threadPrefix() + "-open", () -> {
            int blockBytes = BLOCK_BYTES_MIN;
            while (!isOffset(blockBytes, channel)) {
                blockBytes *= 2;
            }
            return blockBytes;
        });
    }

    private boolean isOffset(int offset, FileChannel channel) throws IOException {
        ByteBuffer nothing = ByteBuffer.allocate(0);
        try {
            int moved = spec.read() ? channel.read(nothing, offset) : channel.write(nothing, offset);
            return moved <= 0;
        } catch (IOException e) {
            if (offset >= BLOCK_BYTES_MAX) {
                throw e;
            }
            return false;
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
    private @Nullable HelpingChannel helping(DescriptorNumber number) {
        boolean waitsForStorage = spec.direct() || spec.dsync() || spec.sync();
        boolean appendsOnly = spec.append() && !spec.read();
        if (settings.helpAfter() == 0 || waitsForStorage || appendsOnly) {
            return null;
        }
        return new HelpingChannel(number, spec.append() ? Set.of(READ) : access(), settings.helpAfter());
    }
}
