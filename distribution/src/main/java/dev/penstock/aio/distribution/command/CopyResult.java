package dev.penstock.aio.distribution.command;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a finished copy was.
 *
 * @param bytes the size of the file
 * @param durationNs from before the first open to after the last close
 * @param provider the provider that moved the bytes; several if they were swapped, with commas between them
 * @param requests reads, writes and syncs that were started
 * @param sha256 the digest of what was copied, in hexadecimal
 * @param latencies of the reads and writes
 * @param swapped how the providers were swapped meanwhile, in one line; null if they were not
 */
record CopyResult(
        long bytes,
        long durationNs,
        String provider,
        long requests,
        String sha256,
        Latencies latencies,
        @Nullable String swapped) {
    /**
     * Returns the same with what became of it while providers were swapped.
     *
     * @param providers those that served, in the order in which they came
     * @param count how often one took the place of another
     * @param longestPauseUs for how long a file's requests were held at the longest
     */
    CopyResult swapped(List<String> providers, int count, long longestPauseUs) {
        return new CopyResult(
                bytes,
                durationNs,
                String.join(",", providers),
                requests,
                sha256,
                latencies,
                String.format(
                        Locale.ROOT,
                        "swapped times=%d providers=%s longest.pause.ms=%.3f",
                        count,
                        String.join(",", providers),
                        longestPauseUs / 1e3));
    }

    String seconds() {
        return String.format(Locale.ROOT, "%.3f", durationNs / 1e9);
    }

    /** Returns the rate for people, such as {@code 812.3 MiB/s}. */
    String rate() {
        return Sizes.rate(bytes, durationNs);
    }
}
