package dev.penstock.aio.notification.fanout;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The configuration of the notification service. Immutable.
 *
 * @param queueSize completions that a listener may be behind; a power of two
 * @param threads threads that run listeners, without those that a listener holds for long
 * @param timeLimitMs milliseconds that a call of a listener may take
 * @param failuresMax calls in a row that fail or take too long, after which a listener is set aside
 * @param listenersMax listeners that one bundle may have registered
 */
public record Settings(int queueSize, int threads, long timeLimitMs, int failuresMax, int listenersMax) {
    /** Default of {@code queue.size}. */
    public static final int QUEUE_SIZE = 1_024;

    /** Default of {@code threads}. */
    public static final int THREADS = 2;

    /** Default of {@code time.limit.ms}. */
    public static final long TIME_LIMIT_MS = 1_000;

    /** Default of {@code failures.max}. */
    public static final int FAILURES_MAX = 10;

    /** Default of {@code listeners.max}. */
    public static final int LISTENERS_MAX = 256;

    private static final Set<String> KNOWN =
            Set.of("queue.size", "threads", "time.limit.ms", "failures.max", "listeners.max");

    /** Checks the bounds, and rounds the size of queues up to a power of two. */
    public Settings {
        within("queue.size", queueSize, 2, 1 << 20);
        within("threads", threads, 1, 64);
        within("time.limit.ms", timeLimitMs, 1, 3_600_000);
        within("failures.max", failuresMax, 1, 1_000_000);
        within("listeners.max", listenersMax, 1, 65_536);
        queueSize = Integer.highestOneBit(2 * queueSize - 1);
    }

    private static void within(String attribute, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(attribute + "=" + value + " is not within " + min + " and " + max);
        }
    }

    /**
     * Reads a configuration given by name.
     *
     * @throws IllegalArgumentException if an attribute is unknown, no number, or out of its bounds
     */
    static Settings of(Map<String, ?> attributes) {
        Set<String> unknown = new TreeSet<>(attributes.keySet());
        unknown.removeAll(KNOWN);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    "unknown configuration attributes " + unknown + ": there are " + new TreeSet<>(KNOWN));
        }
        return new Settings(
                (int) number(attributes, "queue.size", QUEUE_SIZE),
                (int) number(attributes, "threads", THREADS),
                number(attributes, "time.limit.ms", TIME_LIMIT_MS),
                (int) number(attributes, "failures.max", FAILURES_MAX),
                (int) number(attributes, "listeners.max", LISTENERS_MAX));
    }

    private static long number(Map<String, ?> attributes, String name, long fallback) {
        Object value = attributes.get(name);
        if (value == null) {
            return fallback;
        }
        try {
            return Integer.parseInt(value.toString().trim());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + "=" + value + " is not a whole number", e);
        }
    }

    long timeLimitNs() {
        return timeLimitMs * 1_000_000;
    }
}
