package dev.penstock.aio.itests;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Limits;
import dev.penstock.aio.itests.harness.InContainer;
import dev.penstock.aio.tck.Bounded;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.osgi.service.cm.Configuration;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.metatype.AttributeDefinition;
import org.osgi.service.metatype.MetaTypeService;

/** The configuration of the default instance, and what a console is told of all there is to configure. */
@InContainer
class ConfigurationIT extends ContainerTest {
    private void awaitRequests(int max) {
        Bounded.await(
                "max.requests=" + max,
                () -> isThere("default") && service(AsyncIo.class).limits().maxRequests() == max);
    }

    private AsyncFile open(AsyncIo io) throws AioException {
        AsyncFile file = io.open(folder.resolve("f"), READ, WRITE, CREATE);
        endAfterwards(file);
        return file;
    }

    @Test
    void everyLimitCanBeConfigured() throws Exception {
        configuration(ENGINE)
                .update(properties(
                        "max.requests", 100,
                        "max.requests.per.consumer", 50,
                        "max.list.entries", 40,
                        "max.priority", 5,
                        "max.leased.bytes", 1L << 20,
                        "max.open.files", 7));
        awaitRequests(100);

        Limits limits = service(AsyncIo.class).limits();

        assertEquals(50, limits.maxRequestsPerConsumer());
        assertEquals(40, limits.maxListEntries());
        assertEquals(5, limits.maxPriority());
        assertEquals(1L << 20, limits.maxLeasedBytes());
        assertEquals(7, limits.maxOpenFiles());
    }

    @Test
    void aChangeEndsTheOldServiceAndBringsANewOne() throws Exception {
        AsyncIo before = service(AsyncIo.class);
        AsyncFile file = open(before);
        Configuration configuration = configuration(ENGINE);

        configuration.update(properties("max.requests", 100));
        awaitRequests(100);

        assertFalse(file.isOpen());
        expectErrno(Errno.ENXIO, () -> open(before));
        assertWorks(open(service(AsyncIo.class)));
        configuration.delete();
        awaitRequests(65_536);
    }

    @Test
    void theNameOfTheDefaultInstanceIsFixed() throws Exception {
        configuration(ENGINE).update(properties("name", "mine", "max.requests", 100));
        awaitRequests(100);

        assertEquals("default", service(AsyncIo.class).name());
    }

    @Test
    void aValueOutOfItsBoundsIsToldAndBringsNoServiceUntilItIsCorrected() throws Exception {
        Components components = new Components(service(ServiceComponentRuntime.class), bundle(ENGINE));
        Configuration configuration = configuration(ENGINE);
        service(AsyncIo.class);

        configuration.update(properties("max.requests", 0));

        String saying = "max.requests=0 is not within 1 and 16777216";
        Bounded.await(saying, () -> components.hasFailed(ENGINE, saying));
        assertNull(context.getServiceReference(AsyncIo.class));

        configuration.update(properties("max.requests", 100));

        awaitRequests(100);
        assertWorks(open(service(AsyncIo.class)));
    }

    /** The engine names what it refuses; an attribute that does not reach it is not refused. */
    @Test
    void everyNumberThatAConsoleOffersReachesTheEngine() throws Exception {
        Components components = new Components(service(ServiceComponentRuntime.class), bundle(ENGINE));
        Configuration configuration = configuration(ENGINE);
        service(AsyncIo.class);

        for (AttributeDefinition attribute : new Metatype(service(MetaTypeService.class))
                .attributes(bundle(ENGINE), ENGINE)
                .values()) {
            if (Metatype.isNumber(attribute)) {
                configuration.update(properties(attribute.getID(), -1));

                String saying = attribute.getID() + "=-1 is not within ";
                Bounded.await(saying, () -> components.hasFailed(ENGINE, saying));
            }
        }
    }

    @Test
    void whatIsNoNumberIsToldAndBringsNoService() throws Exception {
        Components components = new Components(service(ServiceComponentRuntime.class), bundle(ENGINE));
        service(AsyncIo.class);

        configuration(ENGINE).update(properties("max.requests", "many"));

        Bounded.await("the failure", () -> components.hasFailed(ENGINE, "many"));
        assertNull(context.getServiceReference(AsyncIo.class));
    }

    @Test
    void aProviderThatIsNotThereBringsNoServiceAndTheShellSaysWhy() throws Exception {
        service(AsyncIo.class);

        configuration(ENGINE).update(properties("provider", "tape"));

        Bounded.await("the service to go", () -> !isThere("default"));
        Bounded.await("the reason", () -> shell("aio:providers").contains("configured for provider tape"));
        assertNull(context.getServiceReference(AsyncIo.class));
    }

    @Test
    void aConsoleIsToldEveryAttributeWithDefaultAndBounds() {
        Metatype metatype = new Metatype(service(MetaTypeService.class));
        Map<String, AttributeDefinition> named = metatype.attributes(bundle(ENGINE), NAMED_INSTANCES);
        Map<String, AttributeDefinition> byDefault = metatype.attributes(bundle(ENGINE), ENGINE);
        Map<String, AttributeDefinition> nio = metatype.attributes(bundle(NIO), NIO);

        assertEquals(
                "[callback.threads, close.timeout.ms, max.copied.bytes, max.copied.bytes.per.consumer,"
                        + " max.leased.bytes, max.list.entries, max.open.files, max.priority, max.requests, max.requests.per.consumer, name, provider,"
                        + " provider.wait.ms, publish.all, swap.settle.ms, swap.timeout.ms, window]",
                named.keySet().toString());
        assertEquals(named.keySet(), byDefault.keySet());
        assertEquals(
                "[help.after, idle.seconds, thread.prefix, threads, window]",
                nio.keySet().toString());
        for (Map<String, AttributeDefinition> each : List.of(named, byDefault, nio)) {
            each.values().forEach(Metatype::assertDescribed);
        }
    }
}
