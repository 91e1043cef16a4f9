package dev.penstock.aio.tck;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.Limits;
import dev.penstock.aio.ProviderInfo;
import dev.penstock.aio.ProviderState;
import dev.penstock.aio.spi.Capability;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an instance says of itself, and which configurations it refuses. */
class InstanceContractTest extends TckTest {
    @Test
    void itHasAName() {
        assertFalse(io().name().isBlank());
    }

    @Test
    @Asserts("JAF-probe")
    void itNamesTheProviderAtWorkWithItsCapabilities() throws AioException {
        ProviderInfo provider = io().provider();

        assertEquals(Tck.factory().providerName(), provider.name());
        assertEquals(ProviderState.ACTIVE, provider.state());
        assertEquals("", provider.reason());
        assertEquals("", provider.remedy());
        for (String capability : provider.capabilities()) {
            assertDoesNotThrow(() -> Capability.valueOf(capability));
        }
    }

    @Test
    void theProviderAtWorkIsTheFirstOfThoseKnown() throws AioException {
        List<ProviderInfo> providers = io().providers();

        assertEquals(io().provider().name(), providers.get(0).name());
        assertEquals(io().provider().ranking(), providers.get(0).ranking());
        assertEquals(
                1,
                providers.stream()
                        .filter(one -> one.state() == ProviderState.ACTIVE)
                        .count());
        assertThrows(UnsupportedOperationException.class, providers::clear);
    }

    @Test
    void theLimitsAreThoseConfigured() {
        Limits limits = start(Map.of(
                        "max.requests", 100,
                        "max.requests.per.consumer", 50,
                        "max.list.entries", 40,
                        "max.priority", 5,
                        "max.leased.bytes", 1 << 20,
                        "max.open.files", 7))
                .io()
                .limits();

        assertEquals(100, limits.maxRequests());
        assertEquals(50, limits.maxRequestsPerConsumer());
        assertEquals(40, limits.maxListEntries());
        assertEquals(5, limits.maxPriority());
        assertEquals(1 << 20, limits.maxLeasedBytes());
        assertEquals(7, limits.maxOpenFiles());
    }

    @Test
    void theLimitsThatAreNotConfiguredAreUsable() {
        Limits limits = io().limits();

        assertTrue(limits.maxRequests() >= 1);
        assertTrue(limits.maxRequestsPerConsumer() >= 1);
        assertTrue(limits.maxRequestsPerConsumer() <= limits.maxRequests());
        assertTrue(limits.maxListEntries() >= 1);
        assertEquals(20, limits.maxPriority());
        assertTrue(limits.maxLeasedBytes() >= 1);
        assertTrue(limits.maxOpenFiles() >= 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "max.requests",
                "max.requests.per.consumer",
                "max.list.entries",
                "max.open.files",
                "window",
                "callback.threads"
            })
    void anAttributeOutOfItsBoundsIsRefused(String attribute) {
        assertThrows(IllegalArgumentException.class, () -> start(Map.of(attribute, 0)));
        assertThrows(IllegalArgumentException.class, () -> start(Map.of(attribute, -1)));
        assertThrows(IllegalArgumentException.class, () -> start(Map.of(attribute, "many")));
    }

    @Test
    void anAttributeThatNobodyKnowsIsRefused() {
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> start(Map.of("max.reqests", 10)));

        assertTrue(refusal.getMessage().contains("max.reqests"), refusal::getMessage);
        assertThrows(IllegalArgumentException.class, () -> start(Map.of("max.priority", -1)));
        assertThrows(IllegalArgumentException.class, () -> start(Map.of("max.leased.bytes", -1)));
        assertThrows(IllegalArgumentException.class, () -> start(Map.of("close.timeout.ms", -1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"max.requests", "max.requests.per.consumer", "max.list.entries", "window"})
    @Asserts({"ART-huge-queue", "LTPK-io_setup01-limit"})
    void aHugeBoundIsRefusedOrWorksButHarmsNobody(String attribute) throws IOException {
        try {
            UnderTest huge = start(Map.of(attribute, Integer.MAX_VALUE));
            AsyncFile file = huge.io().open(path("f"), READ, WRITE, CREATE);
            assertEquals(8, answer(file.write(Pattern.heap(8, 0, 0), 0)));
        } catch (IllegalArgumentException refusal) {
            assertTrue(refusal.getMessage().contains(attribute), refusal::getMessage);
        }
        assertEquals(8, answer(newFile("g").write(ByteBuffer.allocate(8), 0)));
    }

    @Test
    void instancesKnowNothingOfEachOther() throws IOException {
        UnderTest other = start(Map.of());
        AsyncFile file = newFile("f");
        AsyncFile same = other.io().open(path("f"), READ, WRITE);

        answer(same.write(Pattern.heap(8, 0, 0), 0));
        other.close();

        assertTrue(file.isOpen());
        assertEquals(8, answer(file.write(Pattern.heap(8, 0, 8), 8)));
        Pattern.checkFile(path("f"), 0, 16);
    }
}
