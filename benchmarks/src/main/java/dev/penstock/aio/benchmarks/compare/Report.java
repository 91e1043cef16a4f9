package dev.penstock.aio.benchmarks.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The results as Markdown, which is laid out so that it is a table on a terminal as well. */
final class Report {
    private static final List<String> HEAD =
            List.of("work", "system", "requests/s", "lowest", "highest", "p50 us", "p99 us", "p99.9 us", "CPU us", "B");
    /** What the columns mean. */
    static final Map<String, String> LEGEND = legend();

    private static final int TEXTS = 2;
    private static final double NS_OF_US = 1e3;

    private final Results results;

    Report(Results results) {
        this.results = results;
    }

    private static Map<String, String> legend() {
        Map<String, String> legend = new LinkedHashMap<>();
        legend.put("Work", "bytes of a request, depth (d) of each thread, threads (t)");
        legend.put("requests/s", "the median of the rounds");
        legend.put(
                "p50, p99, p99.9",
                "from before a request's start until its end was seen; medians of turns of their own, one in each round");
        legend.put(
                "CPU us, B", "of the whole process for each request: processor time, and bytes allocated in the heap");
        legend.put("of ...", "the median of each round's ratio to that system");
        legend.put(
                "write-sync",
                "a request is a write and a sync of its data; with fio-posixaio a full sync; fio tells no time of both");
        legend.put("list", "a request is an entry; its time is that of the whole list");
        legend.put(
                "several threads", "those of fio and of jasyncfio open the file each for itself, all others share one");
        legend.put(
                "-file, jasyncfio",
                "requests are awaited in the order of their starts, by all others in that of their ends");
        legend.put(
                "virtual-threads", "of cached blocks never more are in flight than there are processors: none parks");
        return legend;
    }

    String markdown() {
        StringBuilder text = new StringBuilder();
        results.facts()
                .forEach((name, value) -> text.append("- ")
                        .append(name)
                        .append(": ")
                        .append(value)
                        .append('\n'));
        return text.append('\n').append(table()).toString();
    }

    String table() {
        List<List<String>> lines = new ArrayList<>();
        List<String> head = new ArrayList<>(HEAD);
        results.references().forEach(name -> head.add("of " + name));
        lines.add(head);
        results.rows().forEach(row -> lines.add(cells(row, head.size())));
        return Markdown.table(lines, TEXTS);
    }

    private List<String> cells(Row row, int size) {
        List<String> cells = new ArrayList<>(List.of(row.work().name(), name(row)));
        if (row.error() != null) {
            cells.add("failed: " + row.error());
        } else {
            addFigures(row, cells);
        }
        while (cells.size() < size) {
            cells.add("");
        }
        return cells;
    }

    private void addFigures(Row row, List<String> cells) {
        Median rates = row.rates();
        cells.addAll(List.of(whole(rates.value()), whole(rates.min()), whole(rates.max())));
        cells.add(micros(row.latency(Percentiles::p50Ns).value()));
        cells.add(micros(row.latency(Percentiles::p99Ns).value()));
        cells.add(micros(row.latency(Percentiles::p999Ns).value()));
        cells.add(micros(row.userNsPerRequest() + row.systemNsPerRequest()));
        cells.add(decimal(row.allocatedBytesPerRequest()));
        results.references().forEach(name -> cells.add(decimal(results.ratio(row, name))));
    }

    private static String name(Row row) {
        return row.note().isEmpty() ? row.system() : row.system() + " (" + row.note() + ")";
    }

    private static String micros(double ns) {
        return decimal(ns / NS_OF_US);
    }

    private static String whole(double number) {
        return String.format(Locale.ROOT, "%.0f", number);
    }

    private static String decimal(double number) {
        return Double.isNaN(number) ? "" : String.format(Locale.ROOT, "%.2f", number);
    }
}
