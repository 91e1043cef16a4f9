package dev.penstock.aio.benchmarks.loop;

import java.io.IOException;
import java.nio.file.Path;

/** A descriptor that all threads share; each has a ring of its own. */
final class RingClient implements Client {
    /** Half of the entries that the kernel makes: a synced write takes two. */
    private static final int DEPTH_MAX = 16_384;

    private final int fd;
    private final Work work;
    private final long fileBytes;
    private final RingPort.Registered registered;

    private RingClient(int fd, Work work, long fileBytes, RingPort.Registered registered) {
        this.fd = fd;
        this.work = work;
        this.fileBytes = fileBytes;
        this.registered = registered;
    }

    /**
     * Opens the file.
     *
     * @throws UnsupportedOperationException on another platform, and for more in flight than a ring takes at a time
     */
    static Client open(Path path, Work work, long fileBytes, RingPort.Registered registered) throws IOException {
        Unsupported.lists("a ring by hand", work);
        if (!System.getProperty("os.name").equals("Linux")
                || !System.getProperty("os.arch").equals("amd64")) {
            throw new UnsupportedOperationException("the ring by hand is for Linux on x86-64");
        }
        if (work.depth() > DEPTH_MAX) {
            throw new UnsupportedOperationException(
                    "depth=" + work.depth() + ": a ring by hand has at most " + DEPTH_MAX + " in flight");
        }
        return new RingClient(LinuxCalls.open(path, flags(work)), work, fileBytes, registered);
    }

    private static int flags(Work work) {
        int direct = work.direct() ? LinuxCalls.O_DIRECT : 0;
        return direct | (work.isRead() ? 0 : LinuxCalls.O_RDWR);
    }

    @Override
    public Loop loop(int thread) throws IOException {
        return new DepthLoop(new RingPort(fd, work, registered), work, fileBytes, thread);
    }

    @Override
    public void close() throws IOException {
        LinuxCalls.close(fd);
    }
}
