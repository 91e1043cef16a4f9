package dev.penstock.aio.benchmarks.compare;

import dev.penstock.aio.benchmarks.loop.Client;
import dev.penstock.aio.benchmarks.loop.ContentCheck;
import dev.penstock.aio.benchmarks.loop.Crew;
import dev.penstock.aio.benchmarks.loop.Work;
import java.io.IOException;
import java.nio.file.Path;
import org.HdrHistogram.ConcurrentHistogram;

/** A client in this JVM, and the threads that drive its loops. */
final class LoopRun implements Run {
    private static final int DIGITS = 3;

    private final Client client;
    private final Crew crew;
    private final Work work;
    private final Path file;

    /** Takes over a client. */
    LoopRun(Client client, Work work, Path file) throws Exception {
        this.client = client;
        this.work = work;
        this.file = file;
        try {
            this.crew = new Crew(client, work.threads());
        } catch (Exception e) {
            client.close();
            throw e;
        }
    }

    @Override
    public String note() {
        return client.note();
    }

    @Override
    public Sample measure(long nanos) throws Exception {
        ProcessMeter meter = new ProcessMeter();
        Crew.Turn turn = crew.run(nanos, meter);
        return new Sample(turn.requests(), turn.nanos(), meter.cpu(), meter.allocatedBytes());
    }

    @Override
    public Percentiles latencies(long nanos) throws Exception {
        ConcurrentHistogram histogram = new ConcurrentHistogram(DIGITS);
        crew.observe(histogram::recordValue);
        crew.run(nanos);
        crew.observe(null);
        return Percentiles.of(histogram);
    }

    @Override
    public void check() throws Exception {
        crew.each(loop -> ContentCheck.run(loop, work, file));
    }

    @Override
    public void close() throws IOException {
        try (client) {
            crew.close();
        }
    }
}
