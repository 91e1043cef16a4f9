package dev.penstock.aio.benchmarks.compare;

import dev.penstock.aio.benchmarks.loop.Work;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.jspecify.annotations.Nullable;

/** The results as a file for other programs: a line for each work and system. Comments tell the facts. */
final class Csv {
    /** Of the file; those who read it need it too, for the comments. */
    static final CSVFormat FORMAT = CSVFormat.DEFAULT
            .builder()
            .setRecordSeparator('\n')
            .setCommentMarker('#')
            .get();

    private static final List<String> HEAD = List.of(
            "work",
            "kind",
            "block_bytes",
            "depth",
            "threads",
            "direct",
            "system",
            "note",
            "error",
            "requests_per_second",
            "requests_per_second_lowest",
            "requests_per_second_highest",
            "p50_ns",
            "p50_ns_lowest",
            "p50_ns_highest",
            "p99_ns",
            "p99_ns_lowest",
            "p99_ns_highest",
            "p99.9_ns",
            "p99.9_ns_lowest",
            "p99.9_ns_highest",
            "cpu_user_ns_per_request",
            "cpu_system_ns_per_request",
            "allocated_bytes_per_request");

    private final Results results;

    Csv(Results results) {
        this.results = results;
    }

    void write(Path file) throws IOException {
        try (CSVPrinter printer = new CSVPrinter(Files.newBufferedWriter(file, StandardCharsets.UTF_8), FORMAT)) {
            for (Map.Entry<String, String> fact : results.facts().entrySet()) {
                printer.printComment(fact.getKey() + ": " + fact.getValue());
            }
            List<String> head = new ArrayList<>(HEAD);
            results.references().forEach(name -> head.add("ratio_to_" + name));
            printer.printRecord(head);
            for (Row row : results.rows()) {
                printer.printRecord(cells(row, head.size()));
            }
        }
    }

    private List<@Nullable Object> cells(Row row, int size) {
        Work work = row.work();
        List<@Nullable Object> cells = new ArrayList<>(List.of(
                work.name(),
                work.kind(),
                work.blockBytes(),
                work.depth(),
                work.threads(),
                work.direct(),
                row.system(),
                row.note()));
        cells.add(row.error());
        if (row.error() == null) {
            addFigures(row, cells);
        }
        while (cells.size() < size) {
            cells.add(null);
        }
        return cells;
    }

    private void addFigures(Row row, List<@Nullable Object> cells) {
        add(cells, row.rates());
        add(cells, row.latency(Percentiles::p50Ns));
        add(cells, row.latency(Percentiles::p99Ns));
        add(cells, row.latency(Percentiles::p999Ns));
        addNumbers(cells, row.userNsPerRequest(), row.systemNsPerRequest(), row.allocatedBytesPerRequest());
        results.references().forEach(name -> addNumbers(cells, results.ratio(row, name)));
    }

    private static void add(List<@Nullable Object> cells, Median median) {
        addNumbers(cells, median.value(), median.min(), median.max());
    }

    private static void addNumbers(List<@Nullable Object> cells, double... numbers) {
        DoubleStream.of(numbers).forEach(number -> cells.add(Double.isNaN(number) ? null : number));
    }
}
