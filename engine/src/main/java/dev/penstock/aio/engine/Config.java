package dev.penstock.aio.engine;

import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.Limits;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The configuration of an instance: attributes with unit, default and bounds. Immutable.
 *
 * @param name of the instance
 * @param provider the only provider to be used, by its name; empty for the best there is
 * @param maxRequests pending requests in all
 * @param maxRequestsPerConsumer pending requests of one user
 * @param maxListEntries entries of a list
 * @param maxPriority the largest priority
 * @param maxLeasedBytes bytes that one user may lease
 * @param maxCopiedBytes bytes being copied at a time, of all users, for providers that may be given leases only
 * @param maxCopiedBytesPerConsumer the same of one user
 * @param maxOpenFiles files that one user may have open
 * @param window requests that a lane may have at a time
 * @param closeTimeoutMs how long a close waits before it cancels what is queued
 * @param swapTimeoutMs how long a file's move to another provider may wait for what the last one has in flight, before it
 *     asks for it back, and once more before it gives up
 * @param swapSettleMs how long a provider that came back has to be there before open files move to it
 * @param providerWaitMs how long requests wait while there is no provider
 * @param callbackThreads threads of the callback executor
 * @param publishAll whether every completion is told to the notification service, not only those that ask for it
 */
record Config(
        String name,
        String provider,
        int maxRequests,
        int maxRequestsPerConsumer,
        int maxListEntries,
        int maxPriority,
        long maxLeasedBytes,
        long maxCopiedBytes,
        long maxCopiedBytesPerConsumer,
        int maxOpenFiles,
        int window,
        long closeTimeoutMs,
        long swapTimeoutMs,
        long swapSettleMs,
        long providerWaitMs,
        int callbackThreads,
        boolean publishAll)
        implements Limits {

    static final int MAX_REQUESTS = 65_536;
    static final int MAX_REQUESTS_PER_CONSUMER = 16_384;
    static final int MAX_LIST_ENTRIES = 4_096;
    static final int MAX_PRIORITY = 20;
    static final long MAX_LEASED_BYTES = 64L << 20;
    static final long MAX_COPIED_BYTES = 64L << 20;
    static final long MAX_COPIED_BYTES_PER_CONSUMER = 32L << 20;
    static final int MAX_OPEN_FILES = 4_096;
    static final int WINDOW = 256;
    static final long CLOSE_TIMEOUT_MS = 30_000;
    static final long SWAP_TIMEOUT_MS = 10_000;
    static final long SWAP_SETTLE_MS = 1_000;
    static final long PROVIDER_WAIT_MS = 30_000;
    static final int CALLBACK_THREADS = 2;

    private static final int MANY = 1 << 24;
    private static final long DAY_MS = 86_400_000;

    Config {
        within("max.requests", maxRequests, 1, MANY);
        within("max.requests.per.consumer", maxRequestsPerConsumer, 1, MANY);
        within("max.list.entries", maxListEntries, 1, MANY);
        within("max.priority", maxPriority, 0, WaitingQueue.LEVELS_MAX - 1);
        within("max.leased.bytes", maxLeasedBytes, 0, 1L << 46);
        within("max.copied.bytes", maxCopiedBytes, LeasePool.PAGE_BYTES, 1L << 30);
        within("max.copied.bytes.per.consumer", maxCopiedBytesPerConsumer, LeasePool.PAGE_BYTES, 1L << 30);
        within("max.open.files", maxOpenFiles, 1, MANY);
        within("window", window, 1, 1 << 16);
        within("close.timeout.ms", closeTimeoutMs, 0, DAY_MS);
        within("swap.timeout.ms", swapTimeoutMs, 1, DAY_MS);
        within("swap.settle.ms", swapSettleMs, 0, DAY_MS);
        within("provider.wait.ms", providerWaitMs, 0, DAY_MS);
        within("callback.threads", callbackThreads, 1, 256);
    }

    private static void within(String attribute, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(attribute + "=" + value + " is not within " + min + " and " + max);
        }
    }

    /** Reads a configuration given by name; unknown names are refused. */
    static Config of(Map<String, ?> attributes) {
        Reader reader = new Reader(attributes);
        Config config = new Config(
                reader.text("name", AsyncIo.DEFAULT_INSTANCE),
                reader.text("provider", ""),
                reader.integer("max.requests", MAX_REQUESTS),
                reader.integer("max.requests.per.consumer", MAX_REQUESTS_PER_CONSUMER),
                reader.integer("max.list.entries", MAX_LIST_ENTRIES),
                reader.integer("max.priority", MAX_PRIORITY),
                reader.number("max.leased.bytes", MAX_LEASED_BYTES),
                reader.number("max.copied.bytes", MAX_COPIED_BYTES),
                reader.number("max.copied.bytes.per.consumer", MAX_COPIED_BYTES_PER_CONSUMER),
                reader.integer("max.open.files", MAX_OPEN_FILES),
                reader.integer("window", WINDOW),
                reader.number("close.timeout.ms", CLOSE_TIMEOUT_MS),
                reader.number("swap.timeout.ms", SWAP_TIMEOUT_MS),
                reader.number("swap.settle.ms", SWAP_SETTLE_MS),
                reader.number("provider.wait.ms", PROVIDER_WAIT_MS),
                reader.integer("callback.threads", CALLBACK_THREADS),
                reader.flag("publish.all", false));
        reader.requireAllRead();
        return config;
    }

    long closeTimeoutNs() {
        return closeTimeoutMs * 1_000_000;
    }

    long swapTimeoutNs() {
        return swapTimeoutMs * 1_000_000;
    }

    long swapSettleNs() {
        return swapSettleMs * 1_000_000;
    }

    long providerWaitNs() {
        return providerWaitMs * 1_000_000;
    }

    /** Reads attributes and remembers which. */
    private static final class Reader {
        private final Map<String, ?> attributes;
        private final Set<String> unread;

        Reader(Map<String, ?> attributes) {
            this.attributes = attributes;
            this.unread = new HashSet<>(attributes.keySet());
        }

        String text(String name, String fallback) {
            unread.remove(name);
            Object value = attributes.get(name);
            return value == null ? fallback : value.toString();
        }

        long number(String name, long fallback) {
            String value = text(name, Long.toString(fallback)).trim();
            try {
                return Long.parseLong(value);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(name + "=" + value + " is not a whole number", e);
            }
        }

        int integer(String name, int fallback) {
            long value = number(name, fallback);
            if (value != (int) value) {
                throw new IllegalArgumentException(name + "=" + value + " is too large");
            }
            return (int) value;
        }

        boolean flag(String name, boolean fallback) {
            String value = text(name, Boolean.toString(fallback)).trim();
            if (!value.equals("true") && !value.equals("false")) {
                throw new IllegalArgumentException(name + "=" + value + " is neither true nor false");
            }
            return value.equals("true");
        }

        void requireAllRead() {
            if (!unread.isEmpty()) {
                throw new IllegalArgumentException("unknown configuration attributes " + unread);
            }
        }
    }
}
