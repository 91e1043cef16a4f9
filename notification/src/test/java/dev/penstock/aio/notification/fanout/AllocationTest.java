package dev.penstock.aio.notification.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.penstock.aio.notification.CompletionListener;
import dev.penstock.aio.spi.TransferKind;
import java.lang.management.ManagementFactory;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** On the way of a request nothing is allocated for listeners, whether they want it or not. */
class AllocationTest {
    private static final int REQUESTS = 200_000;

    private final FanOut fanOut = new FanOut(Settings.of(Map.of()));
    private final Ended file = new Ended(fanOut, "/data/f", 1).kind(TransferKind.READ);

    @AfterEach
    void close() {
        fanOut.close();
    }

    /** Returns bytes allocated by this thread while so many requests end, which take turns with their tags. */
    private long allocatedBytes(String... tags) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        end(tags);
        long before = threads.getCurrentThreadAllocatedBytes();
        end(tags);
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private void end(String... tags) {
        for (int i = 0; i < REQUESTS; i++) {
            file.tag(tags[i % tags.length]).end();
        }
    }

    private void register(String property, Object value) {
        fanOut.register(completion -> {}, Map.of(property, value));
    }

    @Test
    void nothingIsAllocatedForWhoDoesNotWantIt() {
        register(CompletionListener.OPERATION, "WRITE");
        register(CompletionListener.ERRNO, "EIO");
        register(CompletionListener.TAG, "other");
        register(CompletionListener.PATH, "/data/f/*");
        register(CompletionListener.INSTANCE, "another");

        assertThat(allocatedBytes("tag")).isLessThan(REQUESTS);
    }

    @Test
    void nothingIsAllocatedForWhoWantsIt() {
        register(CompletionListener.OPERATION, "READ");

        assertThat(allocatedBytes("tag")).isLessThan(REQUESTS);
    }

    @Test
    void theMeasureSeesWhatIsAllocatedForAnotherTag() {
        register(CompletionListener.OPERATION, "READ");

        assertThat(allocatedBytes("tag", "another tag")).isGreaterThan(16L * REQUESTS);
    }
}
