package dev.penstock.aio.distribution.command;

import java.util.Locale;

/**
 * What a finished copy was.
 *
 * @param bytes the size of the file
 * @param durationNs from before the first open to after the last close
 * @param provider the provider that moved the bytes
 * @param requests reads, writes and syncs that were started
 * @param sha256 the digest of what was copied, in hexadecimal
 * @param latencies of the reads and writes
 */
record CopyResult(long bytes, long durationNs, String provider, long requests, String sha256, Latencies latencies) {
    String seconds() {
        return String.format(Locale.ROOT, "%.3f", durationNs / 1e9);
    }

    /** Returns the rate for people, such as {@code 812.3 MiB/s}. */
    String rate() {
        return Sizes.rate(bytes, durationNs);
    }
}
