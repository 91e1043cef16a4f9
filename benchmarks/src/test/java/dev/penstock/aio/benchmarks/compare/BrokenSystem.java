package dev.penstock.aio.benchmarks.compare;

import dev.penstock.aio.benchmarks.loop.PatternFile;
import dev.penstock.aio.benchmarks.loop.Work;
import java.io.IOException;

/** Fails at one of the things it is asked to do. */
record BrokenSystem(String brokenAt) implements IoSystem, Run {
    @Override
    public String name() {
        return "broken";
    }

    @Override
    public boolean does(Work work) {
        return true;
    }

    @Override
    public Run start(Work work, PatternFile file) throws IOException {
        failAt("start");
        return this;
    }

    @Override
    public Sample measure(long nanos) throws IOException {
        failAt("measure");
        return new Sample(1, nanos, new Cpu(nanos, 0), 0);
    }

    @Override
    public Percentiles latencies(long nanos) throws IOException {
        failAt("latencies");
        return new Percentiles(1, 2, 3);
    }

    @Override
    public void check() throws IOException {
        failAt("check");
    }

    @Override
    public void close() throws IOException {
        failAt("close");
    }

    private void failAt(String what) throws IOException {
        if (what.equals(brokenAt)) {
            throw new IOException("broken at " + what);
        }
    }
}
