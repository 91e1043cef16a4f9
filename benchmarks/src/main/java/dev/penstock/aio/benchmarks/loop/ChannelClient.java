package dev.penstock.aio.benchmarks.loop;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** The JDK's FileChannel, whose one channel serves all threads. */
final class ChannelClient implements Client {
    /** How a thread uses the channel. */
    interface Use {
        Loop loop(FileChannel channel, int thread);
    }

    private final FileChannel channel;
    private final Use use;

    private ChannelClient(FileChannel channel, Use use) {
        this.channel = channel;
        this.use = use;
    }

    /**
     * Opens the file for positional calls of the submitting thread.
     *
     * @throws UnsupportedOperationException if more than one request is to be in flight
     */
    static Client positional(Path path, Work work, long fileBytes) throws IOException {
        Unsupported.lists("FileChannel", work);
        if (work.depth() > 1) {
            throw new UnsupportedOperationException(
                    "depth=" + work.depth() + ": a positional call moves one block at a time");
        }
        return new ChannelClient(
                open(path, work),
                (channel, thread) -> new DepthLoop(new PositionalPort(channel, work), work, fileBytes, thread));
    }

    /** Opens the file for virtual threads, as many for each submitting thread as the work is deep. */
    static Client virtualThreads(Path path, Work work, long fileBytes) throws IOException {
        Unsupported.lists("FileChannel", work);
        return new ChannelClient(
                open(path, work), (channel, thread) -> new VirtualThreadLoop(channel, work, fileBytes));
    }

    private static FileChannel open(Path path, Work work) throws IOException {
        return FileChannel.open(path, JdkFiles.options(work));
    }

    @Override
    public Loop loop(int thread) {
        return use.loop(channel, thread);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
