package dev.penstock.aio.benchmarks.loop;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** A scratch file whose blocks hold the {@link Pattern}. Removed when closed, or else when the JVM ends. */
public final class PatternFile implements AutoCloseable {
    private static final int CHUNK_BYTES = 1 << 20;
    private static final int PAGE_BYTES = 4096;

    private final Path path;
    private final long bytes;
    private final boolean direct;
    /** 0 while the content is unknown. */
    private int blockBytes;

    /**
     * Makes an empty file.
     *
     * @param bytes how many it is to have, a multiple of 1 MiB
     * @param direct whether to keep it out of the page cache, where the file system lets us
     */
    public PatternFile(Path folder, long bytes, boolean direct) throws IOException {
        this.path = Files.createTempFile(folder, "penstock-benchmark", direct ? ".direct" : ".cached");
        this.path.toFile().deleteOnExit();
        this.bytes = bytes;
        this.direct = direct;
    }

    public Path path() {
        return path;
    }

    public long bytes() {
        return bytes;
    }

    /** Notes that others write to the file. */
    public void spoil() {
        blockBytes = 0;
    }

    /** Writes the pattern of blocks of this size, unless it is there, and brings it to storage. */
    public void fill(int newBlockBytes) throws IOException {
        if (blockBytes != newBlockBytes) {
            blockBytes = newBlockBytes;
            try (FileChannel channel = open()) {
                write(channel);
                channel.force(true);
            }
        }
    }

    private FileChannel open() throws IOException {
        if (direct) {
            try {
                return FileChannel.open(path, Set.of(StandardOpenOption.WRITE, DirectOption.ofJdk()));
            } catch (IOException | UnsupportedOperationException e) {
                // Then those who are measured fail at it too, and tell why.
                return FileChannel.open(path, StandardOpenOption.WRITE);
            }
        }
        return FileChannel.open(path, StandardOpenOption.WRITE);
    }

    private void write(FileChannel channel) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES + PAGE_BYTES)
                .alignedSlice(PAGE_BYTES)
                .slice(0, CHUNK_BYTES);
        for (long offset = 0; offset < bytes; offset += CHUNK_BYTES) {
            Pattern.fill(chunk, offset, blockBytes);
            chunk.clear();
            while (chunk.hasRemaining()) {
                channel.write(chunk, offset + chunk.position());
            }
        }
    }

    /** Brings what was written to storage, so that no other has to carry it. */
    public void sync() throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(path);
    }
}
