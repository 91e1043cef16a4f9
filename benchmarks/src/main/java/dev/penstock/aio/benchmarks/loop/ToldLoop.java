package dev.penstock.aio.benchmarks.loop;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A loop whose requests are ended and started by other threads, which tell a {@link Tally}. */
abstract class ToldLoop implements Loop {
    final Work work;
    final Requests requests;
    final Tally tally = new Tally();

    ToldLoop(Work work, long fileBytes) {
        this.work = work;
        this.requests = new Requests(work, fileBytes);
    }

    @Override
    public int step() throws IOException {
        return tally.awaitSome();
    }

    @Override
    public int drain() throws IOException {
        return tally.awaitAll();
    }

    @Override
    public void check(@Nullable ContentCheck newCheck) {
        requests.check(newCheck);
    }

    @Override
    public void observe(@Nullable Latencies newLatencies) {
        requests.observe(newLatencies);
    }

    @Override
    public void close() throws IOException {
        tally.stop();
    }
}
