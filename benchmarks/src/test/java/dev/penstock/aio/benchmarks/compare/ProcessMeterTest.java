package dev.penstock.aio.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProcessMeterTest {
    private static final int ARRAYS = 1_000;
    private static final int ARRAY_BYTES = 64 << 10;

    private final ProcessMeter meter = new ProcessMeter();

    @Test
    void whatAnyThreadAllocatesIsCounted() throws Exception {
        byte[][] kept = new byte[ARRAYS][];
        Thread thread = new Thread(() -> {
            for (int i = 0; i < kept.length; i++) {
                kept[i] = new byte[ARRAY_BYTES];
            }
        });

        meter.begin();
        thread.start();
        thread.join();
        meter.end();

        assertThat(meter.allocatedBytes()).isBetween((long) ARRAYS * ARRAY_BYTES, 2L * ARRAYS * ARRAY_BYTES);
    }

    @Test
    void theProcessorTimeOfAnyThreadIsCounted() throws Exception {
        long busyNs = TimeUnit.MILLISECONDS.toNanos(300);
        Thread thread = new Thread(() -> {
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            while (threads.getCurrentThreadCpuTime() < busyNs) {
                Thread.onSpinWait();
            }
        });

        meter.begin();
        thread.start();
        thread.join();
        meter.end();

        // It is told in ticks of 10 ms.
        assertThat(meter.cpu().userNs() + meter.cpu().systemNs()).isGreaterThan(busyNs / 2);
    }
}
