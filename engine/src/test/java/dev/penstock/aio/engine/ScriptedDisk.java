package dev.penstock.aio.engine;

import dev.penstock.aio.AioException;
import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.OpenSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * A disk that several scripted providers share. What a file holds is in memory; that it is the same file, though opened
 * twice, the engine finds out by real descriptors of real, empty files.
 */
final class ScriptedDisk {
    /** What a file holds; guarded by itself. */
    static final class Content {
        byte[] bytes = new byte[0];
    }

    private final Map<String, Content> contents = new ConcurrentHashMap<>();

    /** An open descriptor, and what its file holds. */
    record Descriptor(int number, FileChannel channel, Content content) {}

    Descriptor open(OpenSpec spec) throws AioException {
        Set<OpenOption> options = new HashSet<>(Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE));
        if (spec.create()) {
            options.add(StandardOpenOption.CREATE);
        }
        try {
            return describe(FileChannel.open(spec.path(), options));
        } catch (NoSuchFileException e) {
            throw new AioException(spec.toString(), Errno.ENOENT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens what another descriptor has open. */
    Descriptor open(int descriptor) {
        try {
            return describe(FileChannel.open(
                    Path.of("/proc/self/fd/" + descriptor), StandardOpenOption.READ, StandardOpenOption.WRITE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Descriptor describe(FileChannel channel) throws IOException {
        int number = number(channel);
        String key = Files.readAttributes(Path.of("/proc/self/fd/" + number), "unix:ino,dev,creationTime")
                .toString();
        return new Descriptor(number, channel, contents.computeIfAbsent(key, any -> new Content()));
    }

    /** Finds the number of a channel's descriptor by its position. */
    private static int number(FileChannel channel) throws IOException {
        long position = ThreadLocalRandom.current().nextLong(1L << 30, 1L << 31);
        channel.position(position);
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fdinfo"))) {
            return all.filter(each -> isAt(each, position))
                    .mapToInt(each -> Integer.parseInt(each.getFileName().toString()))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static boolean isAt(Path information, long position) {
        try {
            return Files.readString(information).startsWith("pos:\t" + position + "\n");
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }
}
