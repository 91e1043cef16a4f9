package dev.penstock.aio.benchmarks.compare;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What fio says of its only group of jobs.
 *
 * @param requests how many ended
 * @param millis how long that took
 * @param latencies {@code null} if it tells of none
 */
record FioResult(long requests, long millis, @Nullable Percentiles latencies) {
    /**
     * Reads fio's JSON output.
     *
     * @throws IOException if it is none, or tells of an error or of no request
     */
    static FioResult parse(String text) throws IOException {
        // Notes may stand before it.
        int start = text.indexOf('{');
        if (start < 0) {
            throw new IOException("fio wrote no JSON: " + text);
        }
        Map<String, Object> all = JSON.std.mapFrom(text.substring(start));
        if (!(all.get("jobs") instanceof List<?> jobs)
                || !(jobs.get(0) instanceof Map<?, ?> job)
                || !(job.get("mixed") instanceof Map<?, ?> part)) {
            throw new IOException("fio told of no job");
        }
        if (number(job, "error") != 0) {
            throw new IOException("fio failed with error " + number(job, "error"));
        }
        FioResult result = new FioResult(number(part, "total_ios"), number(part, "runtime"), percentiles(part));
        if (result.requests == 0) {
            throw new IOException("fio did nothing");
        }
        return result;
    }

    private static @Nullable Percentiles percentiles(Map<?, ?> part) throws IOException {
        Map<?, ?> values = map(map(part, "lat_ns"), "percentile");
        return values.isEmpty()
                ? null
                : new Percentiles(
                        required(values, "50.000000"), required(values, "99.000000"), required(values, "99.900000"));
    }

    private static long required(Map<?, ?> of, String name) throws IOException {
        if (of.get(name) instanceof Number number) {
            return number.longValue();
        }
        throw new IOException("fio told of no percentile " + name + ", but of " + of.keySet());
    }

    private static Map<?, ?> map(Map<?, ?> of, String name) {
        return of.get(name) instanceof Map<?, ?> map ? map : Map.of();
    }

    private static long number(Map<?, ?> of, String name) {
        return of.get(name) instanceof Number number ? number.longValue() : 0;
    }
}
