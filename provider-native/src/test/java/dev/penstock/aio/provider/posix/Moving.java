package dev.penstock.aio.provider.posix;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.engine.Instance;
import dev.penstock.aio.provider.nio.NioProvider;
import dev.penstock.aio.spi.AioProvider;
import java.nio.ByteBuffer;
import java.util.Map;

/** An instance with nio and this provider, between which files move. It needs no test library. */
final class Moving implements AutoCloseable {
    final AioProvider nio = new NioProvider();
    final AioProvider posix = new PosixProvider();
    final Instance instance = new Instance(Map.of("name", "moving", "swap.settle.ms", 0));
    final AsyncIo io = instance.user("the test");

    /** The one that a file is at, if it is the only one that is open. */
    String provider() {
        return instance.files().get(0).provider();
    }

    /** Why that file did not move, or an empty text. */
    String stays() {
        return instance.files().get(0).stays();
    }

    AioProvider named(String name) {
        return name.equals(nio.name()) ? nio : posix;
    }

    /** Adds one that is better than those before. */
    void better(String name) {
        instance.add(named(name), 10 + instance.providers().size());
    }

    /** What a read of the first byte answers: the byte, or the error. */
    static String read(AsyncFile file) throws InterruptedException {
        ByteBuffer buffer = ByteBuffer.allocate(1);
        try {
            file.read(buffer, 0).await();
            return String.valueOf((char) buffer.get(0));
        } catch (AioException e) {
            return e.errno().name();
        }
    }

    @Override
    public void close() {
        instance.stop();
    }
}
