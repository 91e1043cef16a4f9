package dev.penstock.aio.distribution.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A folder of its own in the temp directory, removed with its files when closed. */
final class ScratchFolder implements AutoCloseable {
    private static final long SPARE_BYTES = 16 << 20;

    private final Path folder;

    ScratchFolder(String prefix) throws IOException {
        folder = Files.createTempDirectory(prefix);
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    /**
     * Checks that the files will fit, with something to spare.
     *
     * @throws IOException if not; the message names both numbers and the way out
     */
    void requireSpace(long fileBytes, int files) throws IOException {
        long free = Files.getFileStore(folder).getUsableSpace();
        if (fileBytes > (free - SPARE_BYTES) / files) {
            throw new IOException(files + " files of " + Sizes.format(fileBytes) + " do not fit into "
                    + folder.getParent() + ", where " + Sizes.format(free)
                    + " are free; a smaller --size, or another TMPDIR, helps");
        }
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> all = files.toList();
            for (Path file : all) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(folder);
    }
}
