package dev.penstock.aio.benchmarks.compare;

import dev.penstock.aio.benchmarks.loop.Work;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.jfree.chart.JFreeChart;
import org.jfree.data.category.DefaultCategoryDataset;

/** The results as pictures: a bar for each system, and a curve over the depth for each. */
final class Charts {
    /** Of what a bar chart is made, if it was done. */
    private static final List<String> BARS = List.of("read-4k-cached-d1", "read-4k-cached-d32", "read-4k-direct-d32");

    private static final String RATE = "requests per second";

    private final Results results;

    Charts(Results results) {
        this.results = results;
    }

    void write(Path folder) throws IOException {
        for (String name : BARS) {
            List<Row> rows = results.successes(Works.named(name));
            if (!rows.isEmpty()) {
                Svg.write(bars(name, rows), Svg.WIDTH, Svg.barsHeight(rows.size()), folder.resolve(name + ".svg"));
            }
        }
        for (boolean direct : new boolean[] {false, true}) {
            List<Work> works = overDepth(direct);
            if (works.size() > 1) {
                String name = "read-4k-" + (direct ? "direct" : "cached");
                Svg.write(curves(name, works), Svg.WIDTH, Svg.CURVES_HEIGHT, folder.resolve(name + "-depths.svg"));
            }
        }
    }

    /** The fastest comes first. */
    private static JFreeChart bars(String name, List<Row> rows) {
        DefaultCategoryDataset data = new DefaultCategoryDataset();
        rows.stream()
                .sorted(Comparator.comparingDouble((Row row) -> row.rates().value())
                        .reversed())
                .forEach(row -> data.addValue(row.rates().value(), RATE, row.system()));
        return ChartStyle.bars(name, RATE, data);
    }

    private JFreeChart curves(String name, List<Work> works) {
        DefaultCategoryDataset data = new DefaultCategoryDataset();
        for (Work work : works) {
            results.successes(work)
                    .forEach(row -> data.addValue(row.rates().value(), row.system(), Integer.toString(work.depth())));
        }
        return ChartStyle.curves(name, "requests in flight", RATE, data);
    }

    private List<Work> overDepth(boolean direct) {
        return results.rows().stream()
                .filter(row -> row.error() == null)
                .map(Row::work)
                .filter(work -> work.name().startsWith("read-4k-") && work.direct() == direct && work.threads() == 1)
                .distinct()
                .sorted(Comparator.comparingInt(Work::depth))
                .toList();
    }
}
