package dev.penstock.aio.notification.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.penstock.aio.notification.CompletionListener;
import dev.penstock.aio.spi.TransferKind;
import java.lang.management.ManagementFactory;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** On the way of a request nothing is allocated for listeners that do not want it. */
class AllocationTest {
    private static final int REQUESTS = 200_000;

    private final FanOut fanOut = new FanOut(Settings.of(Map.of()));
    private final Ended file =
            new Ended(fanOut, "/data/f", 1).kind(TransferKind.READ).tag("tag");

    @AfterEach
    void close() {
        fanOut.close();
    }

    /** Returns bytes allocated by this thread while so many requests end. */
    private long allocatedBytes() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < REQUESTS; i++) {
            file.end();
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < REQUESTS; i++) {
            file.end();
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
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

        assertThat(allocatedBytes()).isLessThan(REQUESTS);
    }

    @Test
    void theMeasureSeesWhatIsAllocatedForWhoWantsIt() {
        register(CompletionListener.OPERATION, "READ");

        assertThat(allocatedBytes()).isGreaterThan(16L * REQUESTS);
    }
}
