package dev.penstock.aio.provider.nio;

import dev.penstock.aio.AioException;
import dev.penstock.aio.spi.BackendFile;
import dev.penstock.aio.spi.Lane;
import dev.penstock.aio.spi.Transfer;
import dev.penstock.aio.tck.system.TestSpec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A backend with a sink that remembers, driven as the engine would drive it. */
final class Rig implements AutoCloseable {
    static final String THREAD_PREFIX = "rig";
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(20);

    final RecordingSink sink = new RecordingSink();
    final NioBackend backend;
    final Lane lane;

    private final List<BackendFile> files = new ArrayList<>();

    Rig(NioSettings settings) {
        backend = new NioBackend(settings, "test", ErrnoText.ofCLocale());
        lane = backend.lane(0, sink);
    }

    /** With so many threads and without help. */
    static Rig ofThreads(int threads) {
        return new Rig(settings(threads, 0));
    }

    /** With one thread, whose waiters help as soon as they may. */
    static Rig ofHelpers() {
        return new Rig(settings(1, 1));
    }

    static NioSettings settings(int threads, int helpAfter) {
        return new NioSettings(threads, THREAD_PREFIX, 60, 256, helpAfter);
    }

    NioFile open(Path path, OpenOption... options) throws AioException {
        return open(new TestSpec(path, options));
    }

    synchronized NioFile open(TestSpec spec) throws AioException {
        NioFile file = (NioFile) backend.open(spec);
        files.add(file);
        return file;
    }

    synchronized NioFile takeOver(TestSpec spec, int descriptor) throws AioException {
        NioFile file = (NioFile) backend.takeOver(spec, descriptor);
        files.add(file);
        return file;
    }

    synchronized void close(NioFile file) throws AioException {
        files.remove(file);
        file.close();
    }

    synchronized long stage(Transfer transfer) {
        long token = sink.newToken();
        lane.stage(token, transfer);
        return token;
    }

    /** Lets a worker carry it out. */
    Outcome run(Transfer transfer) {
        long token = stage(transfer);
        lane.flush();
        return sink.await(token);
    }

    /** Waits for it by helping; it falls to a worker if that cannot be. */
    Outcome runByHelp(Transfer transfer) {
        long token = stage(transfer);
        if (!lane.help(token)) {
            lane.flush();
        }
        return sink.await(token);
    }

    /** Reads byte by byte until the calling thread is let to help; false if it never is. */
    boolean untilHelped(NioFile file) {
        long untilNs = System.nanoTime() + LIMIT_NS;
        while (System.nanoTime() < untilNs) {
            Outcome outcome = runByHelp(TestTransfer.read(file, 0, ByteBuffer.allocateDirect(1)));
            if (outcome.by() == Thread.currentThread()) {
                return true;
            }
        }
        return false;
    }

    static ByteBuffer bytes(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    /** Returns what was put into a buffer, from its beginning. */
    static String text(ByteBuffer buffer) {
        return StandardCharsets.ISO_8859_1.decode(buffer.duplicate().flip()).toString();
    }

    @Override
    public synchronized void close() throws AioException {
        for (BackendFile file : files) {
            file.close();
        }
        backend.close();
    }
}
