package dev.penstock.aio.itests.consumer;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.CompletionQueue;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Notification;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.SyncMode;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/**
 * Uses all there is, with its own context class loader, and leaves it as it is when its bundle stops: two open files,
 * leases, blocks whose result nobody collects, callbacks and stages. The files are in the bundle's own storage.
 */
public final class SloppyConsumer implements BundleActivator {
    private static final int BYTES = 4096;
    private static final int LEASES = 16;

    /** For the framework. */
    public SloppyConsumer() {}

    @Override
    public void start(BundleContext context) throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(SloppyConsumer.class.getClassLoader());
        try {
            use(context);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static void use(BundleContext context) throws Exception {
        AsyncIo io = context.getService(context.getServiceReference(AsyncIo.class));
        AsyncFile file = open(context, io, "first");
        open(context, io, "second");
        for (int i = 0; i < LEASES; i++) {
            io.lease(BYTES).buffer().put(0, (byte) i);
        }
        CountDownLatch told = new CountDownLatch(3);
        call(io, file, told);
        queue(io, file, told);
        file.write(io.lease(BYTES), 0)
                .thenCompose(bytes -> file.sync(SyncMode.DATA))
                .thenRun(told::countDown);
        if (!told.await(20, TimeUnit.SECONDS)) {
            throw new IllegalStateException("not told: " + told.getCount());
        }
    }

    private static AsyncFile open(BundleContext context, AsyncIo io, String name) throws Exception {
        return io.open(context.getDataFile(name).toPath(), READ, WRITE, CREATE);
    }

    private static void call(AsyncIo io, AsyncFile file, CountDownLatch told) throws Exception {
        io.write(block(io, file).sigEvent(SigEvent.call((Notification notification) -> told.countDown())));
    }

    private static void queue(AsyncIo io, AsyncFile file, CountDownLatch told) throws Exception {
        CompletionQueue queue = io.completionQueue();
        io.write(block(io, file).sigEvent(SigEvent.queue(queue)));
        io.write(block(io, file).sigEvent(SigEvent.queue(queue)));
        queue.take();
        told.countDown();
    }

    private static ControlBlock block(AsyncIo io, AsyncFile file) throws Exception {
        return io.controlBlock().file(file).buffer(ByteBuffer.allocateDirect(BYTES));
    }

    @Override
    public void stop(BundleContext context) {
        // Sloppy.
    }
}
