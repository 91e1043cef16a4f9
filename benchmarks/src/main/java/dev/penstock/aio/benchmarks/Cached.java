package dev.penstock.aio.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that is in the page cache because it has just been written. */
final class Cached {
    static final int BLOCK_BYTES = 4096;
    static final int BLOCKS = 16_384;

    private Cached() {}

    static Path file() throws IOException {
        Path path = Files.createTempFile("penstock-benchmark", ".dat");
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
            for (int i = 0; i < BLOCKS; i++) {
                channel.write(block.clear());
            }
        }
        return path;
    }
}
