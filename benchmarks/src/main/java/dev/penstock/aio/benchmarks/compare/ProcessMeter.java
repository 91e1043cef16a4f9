package dev.penstock.aio.benchmarks.compare;

import com.sun.management.ThreadMXBean;
import dev.penstock.aio.benchmarks.loop.Meter;
import java.lang.management.ManagementFactory;

/** What this process uses in a turn. */
final class ProcessMeter implements Meter {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Cpu cpu = Cpu.UNKNOWN;
    private long allocatedBytes;

    /** The look at the processor time allocates: it is the outer one. */
    @Override
    public void begin() {
        cpu = Cpu.ofThisProcess();
        allocatedBytes = THREADS.getTotalThreadAllocatedBytes();
    }

    @Override
    public void end() {
        allocatedBytes = THREADS.getTotalThreadAllocatedBytes() - allocatedBytes;
        cpu = Cpu.ofThisProcess().since(cpu);
    }

    Cpu cpu() {
        return cpu;
    }

    long allocatedBytes() {
        return allocatedBytes;
    }
}
