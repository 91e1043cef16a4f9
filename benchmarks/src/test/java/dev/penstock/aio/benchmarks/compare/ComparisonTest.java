package dev.penstock.aio.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.benchmarks.loop.PatternFile;
import dev.penstock.aio.benchmarks.loop.Work;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {
    private static final long MILLISECOND = 1_000_000;
    private static final long FILE_BYTES = 4 << 20;
    private static final int ROUNDS = 2;
    /** One of each sort. */
    private static final List<String> WORKS = List.of(
            "read-4k-cached-d1",
            "read-4k-cached-d1000",
            "read-4k-cached-d32-t4",
            "read-4k-direct-d32",
            "write-4k-cached-d32",
            "mixed-4k",
            "write-sync-4k",
            "read-64k-cached",
            "write-1m-direct",
            "list-1b-10000");

    @TempDir
    Path folder;

    @Test
    void eachSystemHasARowForEachWorkItDoes() throws IOException {
        List<Work> works = Works.startingWith(WORKS);
        List<IoSystem> systems = new ArrayList<>();
        // The others move blocks in ClientsTest and ContentTest.
        List.of("nio", "native", "uring", "jdk", "ring", "ring-buffers", "ring-fixed")
                .forEach(name -> systems.add(new JavaSystem(name)));

        List<Row> rows = run(systems, works);

        assertThat(rows).allSatisfy(row -> {
            assertThat(row.error()).isNull();
            double p99 = row.latency(Percentiles::p99Ns).value();
            assertThat(row.latency(Percentiles::p50Ns).value()).isPositive().isLessThanOrEqualTo(p99);
            assertThat(row.latency(Percentiles::p999Ns).value()).isGreaterThanOrEqualTo(p99);
            assertThat(row.userNsPerRequest()).isNotNegative();
        });
        String table = table(rows);
        for (Work work : works) {
            for (IoSystem system : systems) {
                assertThat(table.lines().filter(line -> line.matches(row(work, system))))
                        .as("%s %s", work.name(), system.name())
                        .hasSize(system.does(work) ? 1 : 0);
            }
        }
    }

    private static String row(Work work, IoSystem system) {
        return "\\| " + work.name() + " +\\| " + system.name() + "( \\(.*\\))? +\\| +\\d+ \\|.*";
    }

    @Test
    void aSystemThatFailsIsReportedAndTheOthersGoOn() throws IOException {
        List<IoSystem> systems = List.of(
                new BrokenSystem("start"),
                new BrokenSystem("measure"),
                new BrokenSystem("latencies"),
                new JavaSystem("nio"),
                new BrokenSystem("check"),
                new BrokenSystem("close"));

        List<Row> rows = run(systems, List.of(Works.named("read-4k-cached-d1")));

        assertThat(rows)
                .extracting(Row::error)
                .containsExactly(
                        "broken at start",
                        "broken at measure",
                        "broken at latencies",
                        null,
                        "broken at check",
                        "broken at close");
        String table = table(rows);
        assertThat(table).contains("failed: broken at start", "failed: broken at check");
        assertThat(table.lines().filter(line -> line.contains("| nio ")).findFirst())
                .hasValueSatisfying(line -> assertThat(line).contains("1.00"));
    }

    @Test
    void systemsTakeTurnsAndAnotherOneBeginsEachRound() throws IOException {
        List<String> turns = new ArrayList<>();

        run(
                List.of(new Turns("a", turns), new Turns("b", turns), new Turns("c", turns)),
                List.of(Works.named("read-4k-cached-d1")));

        assertThat(String.join(" ", turns))
                .isEqualTo("start a warm-up a start b warm-up b start c warm-up c"
                        + " measure a measure b measure c latencies a latencies b latencies c"
                        + " measure b measure c measure a latencies b latencies c latencies a"
                        + " check a check b check c");
    }

    /** Tells what it is asked to do. */
    private record Turns(String name, List<String> told) implements IoSystem, Run {
        @Override
        public boolean does(Work work) {
            return true;
        }

        @Override
        public Run start(Work work, PatternFile file) {
            told.add("start " + name);
            return this;
        }

        @Override
        public void warmUp(long nanos) {
            told.add("warm-up " + name);
        }

        @Override
        public Sample measure(long nanos) {
            told.add("measure " + name);
            return new Sample(1, nanos, new Cpu(nanos, 0), 0);
        }

        @Override
        public Percentiles latencies(long nanos) {
            told.add("latencies " + name);
            return new Percentiles(1, 2, 3);
        }

        @Override
        public void check() {
            told.add("check " + name);
        }

        @Override
        public void close() {}
    }

    private static String table(List<Row> rows) {
        return new Report(new Results(rows, Map.of())).table();
    }

    private List<Row> run(List<IoSystem> systems, List<Work> works) throws IOException {
        Comparison comparison = new Comparison(systems, ROUNDS, MILLISECOND, MILLISECOND);
        List<String> told = new ArrayList<>();
        List<Row> rows = new ArrayList<>();
        try (PatternFile cached = new PatternFile(folder, FILE_BYTES, false);
                PatternFile direct = new PatternFile(folder, FILE_BYTES, true)) {
            for (Work work : works) {
                rows.addAll(comparison.run(work, work.direct() ? direct : cached, told::add));
            }
        }
        assertThat(told)
                .hasSize(works.stream().mapToInt(comparison::turns).sum())
                .hasSize(rows.size() * (2 * ROUNDS + 2));
        return rows;
    }
}
