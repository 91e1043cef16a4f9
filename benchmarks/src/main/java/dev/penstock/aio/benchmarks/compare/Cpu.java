package dev.penstock.aio.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Processor time, in ticks of 10 ms as the kernel tells it.
 *
 * @param userNs in user mode; negative if nobody knows
 * @param systemNs in the kernel
 */
record Cpu(long userNs, long systemNs) {
    static final Cpu UNKNOWN = new Cpu(-1, -1);

    private static final Path STAT = Path.of("/proc/self/stat");
    /** USER_HZ, which is part of the kernel's ABI. */
    private static final long TICK_NS = 10_000_000;
    /** Where utime and cutime are, counted from what follows the name of the command: see proc(5). */
    private static final int USER = 11;

    private static final int USER_OF_CHILDREN = 13;

    /** {@return what this process has used so far, with all its threads, those of the kernel for it among them} */
    static Cpu ofThisProcess() {
        return at(USER);
    }

    /** {@return what processes that this one started, and which have ended, have used so far} */
    static Cpu ofEndedChildren() {
        return at(USER_OF_CHILDREN);
    }

    private static Cpu at(int field) {
        try {
            String stat = Files.readString(STAT);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return new Cpu(Long.parseLong(fields[field]) * TICK_NS, Long.parseLong(fields[field + 1]) * TICK_NS);
        } catch (IOException e) {
            // No Linux: then the figures lack it, and show that they do.
            return UNKNOWN;
        }
    }

    boolean isKnown() {
        return userNs >= 0;
    }

    /** {@return what was used since then} */
    Cpu since(Cpu earlier) {
        return isKnown() && earlier.isKnown() ? new Cpu(userNs - earlier.userNs, systemNs - earlier.systemNs) : UNKNOWN;
    }

    Cpu dividedBy(int count) {
        return isKnown() ? new Cpu(userNs / count, systemNs / count) : UNKNOWN;
    }

    /** {@return this without another, but no less than nothing} */
    Cpu without(Cpu other) {
        return isKnown() && other.isKnown()
                ? new Cpu(Math.max(0, userNs - other.userNs), Math.max(0, systemNs - other.systemNs))
                : UNKNOWN;
    }
}
