package dev.penstock.aio.itests;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.CompletionQueue;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Lease;
import dev.penstock.aio.Limits;
import dev.penstock.aio.ListMode;
import dev.penstock.aio.ProviderInfo;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.Standalone;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.spi.CompletionTap;
import dev.penstock.aio.tck.Faults;
import dev.penstock.aio.tck.UnderTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.time.Duration;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;

/**
 * An instance in a container as the thing under test. It hands every call to the service; its end, which in plain
 * Java is a call too, is the end of its configuration.
 *
 * @param context of the user
 * @param service the instance
 * @param faults of its provider
 * @param configuration what it lives by
 * @param provider the only one it may bind
 * @param taps services of taps
 */
record ContainedInstance(
        BundleContext context,
        AsyncIo service,
        Faults faults,
        Configuration configuration,
        ServiceRegistration<AioProvider> provider,
        Map<CompletionTap, ServiceRegistration<CompletionTap>> taps)
        implements UnderTest {

    @Override
    public AsyncIo io() {
        return new Ended();
    }

    @Override
    public void tap(CompletionTap tap) {
        taps.put(tap, context.registerService(CompletionTap.class, tap, new Hashtable<>()));
    }

    @Override
    public void untap(CompletionTap tap) {
        taps.remove(tap).unregister();
    }

    @Override
    public void close() {
        faults.clear();
        List.copyOf(taps.keySet()).forEach(this::untap);
        end();
    }

    private void end() {
        try {
            ContainerTest.delete(configuration);
            ConfigurationFence.await(context);
            ContainerTest.unregister(provider);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The service with an end. */
    private final class Ended implements Standalone {
        @Override
        public void close() {
            end();
        }

        @Override
        public String name() {
            return service.name();
        }

        @Override
        public AsyncFile open(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
                throws AioException {
            return service.open(path, options, attributes);
        }

        @Override
        public ControlBlock controlBlock() {
            return service.controlBlock();
        }

        @Override
        public Lease lease(int bytes) throws AioException {
            return service.lease(bytes);
        }

        @Override
        public CompletionQueue completionQueue() {
            return service.completionQueue();
        }

        @Override
        public Limits limits() {
            return service.limits();
        }

        @Override
        public ProviderInfo provider() throws AioException {
            return service.provider();
        }

        @Override
        public List<ProviderInfo> providers() {
            return service.providers();
        }

        @Override
        public void read(ControlBlock block) throws AioException {
            service.read(block);
        }

        @Override
        public void write(ControlBlock block) throws AioException {
            service.write(block);
        }

        @Override
        public void sync(SyncMode mode, ControlBlock block) throws AioException {
            service.sync(mode, block);
        }

        @Override
        public Errno error(ControlBlock block) throws AioException {
            return service.error(block);
        }

        @Override
        public int errorNumber(ControlBlock block) throws AioException {
            return service.errorNumber(block);
        }

        @Override
        public long result(ControlBlock block) throws AioException {
            return service.result(block);
        }

        @Override
        public CancelResult cancel(ControlBlock block) throws AioException {
            return service.cancel(block);
        }

        @Override
        public CancelResult cancel(AsyncFile file) throws AioException {
            return service.cancel(file);
        }

        @Override
        public void suspend(ControlBlock... blocks) throws AioException {
            service.suspend(blocks);
        }

        @Override
        public boolean suspend(ControlBlock[] blocks, Duration timeout) throws AioException {
            return service.suspend(blocks, timeout);
        }

        @Override
        public void list(ListMode mode, ControlBlock[] blocks, SigEvent event) throws AioException {
            service.list(mode, blocks, event);
        }
    }
}
