package dev.penstock.aio.itests.listener;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.notification.Completion;
import dev.penstock.aio.notification.CompletionListener;
import dev.penstock.aio.notification.Notifications;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** Listens as a service, by hand and as a subscriber, is told once each, and leaves it as it is when its bundle stops. */
public final class SloppyListener implements BundleActivator, Flow.Subscriber<Completion> {
    private final CountDownLatch told = new CountDownLatch(3);

    /** For the framework. */
    public SloppyListener() {}

    @Override
    public void start(BundleContext context) throws Exception {
        AsyncIo io = context.getService(context.getServiceReference(AsyncIo.class));
        Notifications notifications = context.getService(context.getServiceReference(Notifications.class));
        context.registerService(CompletionListener.class, completion -> told.countDown(), null);
        notifications.register(completion -> told.countDown(), Map.of());
        notifications.publisher(Map.of()).subscribe(this);
        AsyncFile file = io.open(context.getDataFile("f").toPath(), WRITE, CREATE);
        io.write(io.controlBlock()
                .file(file)
                .buffer(ByteBuffer.allocateDirect(1))
                .sigEvent(SigEvent.listeners("sloppy")));
        if (!told.await(20, TimeUnit.SECONDS)) {
            throw new IllegalStateException("not told: " + told.getCount());
        }
    }

    @Override
    public void stop(BundleContext context) {
        // Sloppy.
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(Completion completion) {
        told.countDown();
    }

    @Override
    public void onError(Throwable why) {
        throw new IllegalStateException(why);
    }

    @Override
    public void onComplete() {
        // So be it.
    }
}
