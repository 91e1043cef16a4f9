package dev.penstock.aio.benchmarks.compare;

import dev.penstock.aio.benchmarks.loop.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** What became of one system at one work: a sample for each round, or the error that ended it. */
final class Row {
    private final Work work;
    private final String system;
    private final List<Sample> rounds = new ArrayList<>();
    private String note = "";
    private final List<@Nullable Percentiles> latencies = new ArrayList<>();
    private @Nullable String error;

    Row(Work work, String system) {
        this.work = work;
        this.system = system;
    }

    void add(Sample sample) {
        rounds.add(sample);
    }

    /** Adds how long requests took in a turn of its own; {@code null} if it cannot tell. */
    void addLatencies(@Nullable Percentiles looked) {
        latencies.add(looked);
    }

    void note(String told) {
        note = told;
    }

    void fail(String why) {
        if (error == null) {
            error = why;
        }
    }

    Work work() {
        return work;
    }

    String system() {
        return system;
    }

    /** {@return what a reader has to know of the system; empty if nothing} */
    String note() {
        return note;
    }

    /** {@return one of the latencies, of all rounds; numbers are NaN if nobody knows} */
    Median latency(ToLongFunction<Percentiles> which) {
        if (latencies.contains(null)) {
            return Median.UNKNOWN;
        }
        return Median.of(latencies.stream().map(Objects::requireNonNull).mapToDouble(which::applyAsLong));
    }

    @Nullable
    String error() {
        return error;
    }

    Median rates() {
        return Median.of(rounds.stream().mapToDouble(Sample::rate));
    }

    /** {@return what all threads of the process allocated; NaN if nobody knows} */
    double allocatedBytesPerRequest() {
        return rounds.stream().anyMatch(round -> round.allocatedBytes() < 0)
                ? Double.NaN
                : Median.of(rounds.stream().mapToDouble(Sample::allocatedBytesPerRequest))
                        .value();
    }

    /** {@return processor time in user mode for each request, in nanoseconds; NaN if nobody knows} */
    double userNsPerRequest() {
        return cpuPerRequest(Cpu::userNs);
    }

    /** {@return processor time in the kernel for each request, in nanoseconds; NaN if nobody knows} */
    double systemNsPerRequest() {
        return cpuPerRequest(Cpu::systemNs);
    }

    /** Of all rounds together: a tick is long beside a round. */
    private double cpuPerRequest(ToLongFunction<Cpu> mode) {
        if (!rounds.stream().map(Sample::cpu).allMatch(Cpu::isKnown)) {
            return Double.NaN;
        }
        double ns = rounds.stream().map(Sample::cpu).mapToLong(mode).sum();
        return ns / rounds.stream().mapToLong(Sample::requests).sum();
    }

    /** {@return the median of each round's ratio to another row of the same work; NaN if one of them failed} */
    double ratioTo(Row other) {
        if (error != null || other.error != null) {
            return Double.NaN;
        }
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < rounds.size(); i++) {
            ratios.add(rounds.get(i).rate() / other.rounds.get(i).rate());
        }
        return Median.of(ratios.stream().mapToDouble(Double::doubleValue)).value();
    }
}
