package dev.penstock.aio.benchmarks.loop;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import sh.blake.niouring.IoUring;
import sh.blake.niouring.IoUringFile;

/**
 * The library nio_uring. Its calls that read and write take no offset, nothing else of it sets one, and its documentation
 * says of files that they are on the way. So it is asked what it reads, and has no loop.
 */
final class NioUringClient {
    private NioUringClient() {}

    /**
     * Reads by it, one block after the other.
     *
     * @throws UnsupportedOperationException if each is the file's first block
     */
    static Client open(Path path, Work work) throws IOException {
        Unsupported.lists("nio_uring", work);
        ByteBuffer first = firstBlock(path, work.blockBytes());
        if (readTwice(path, work.blockBytes()).stream()
                .allMatch(block -> block.flip().equals(first))) {
            throw new UnsupportedOperationException(
                    "nio_uring takes no offset: two reads in a row brought the file's first block");
        }
        throw new IOException("nio_uring read another block than the file's first: it may be of use, and needs a loop");
    }

    private static ByteBuffer firstBlock(Path path, int bytes) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(bytes);
        try (FileChannel channel = FileChannel.open(path)) {
            channel.read(block, 0);
        }
        return block.flip();
    }

    private static List<ByteBuffer> readTwice(Path path, int bytes) throws IOException {
        List<ByteBuffer> read = new ArrayList<>();
        List<Exception> failures = new ArrayList<>();
        IoUring ring = ring().onException(failures::add);
        try {
            IoUringFile file = new IoUringFile(path.toString());
            file.onRead(read::add).onException(failures::add);
            for (int i = 0; i < 2; i++) {
                ring.queueRead(file, ByteBuffer.allocateDirect(bytes)).execute();
            }
            file.close();
        } finally {
            ring.close();
        }
        if (!failures.isEmpty()) {
            throw new IOException(failures.get(0));
        }
        return read;
    }

    private static IoUring ring() throws IOException {
        try {
            return new IoUring();
        } catch (LinkageError e) {
            throw new IOException("nio_uring cannot load its native part", e);
        }
    }
}
