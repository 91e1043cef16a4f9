package dev.penstock.aio.benchmarks.compare;

import dev.penstock.aio.benchmarks.loop.Clients;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The results as Markdown, which is laid out so that it is a table on a terminal as well. */
final class Report {
    /** The provider that runs everywhere, to which all are compared. */
    static final String REFERENCE = Clients.NIO;

    private static final List<String> HEAD =
            List.of("work", "system", "requests/s", "lowest", "highest", "us/request", "of nio", "of fio", "B/request");

    private final List<Row> rows;

    Report(List<Row> rows) {
        this.rows = rows;
    }

    String markdown(Map<String, String> facts) {
        StringBuilder text = new StringBuilder();
        facts.forEach((name, value) ->
                text.append("- ").append(name).append(": ").append(value).append('\n'));
        return text.append('\n').append(table()).toString();
    }

    String table() {
        List<List<String>> lines = new ArrayList<>();
        lines.add(HEAD);
        rows.forEach(row -> lines.add(cells(row)));
        return Markdown.table(lines, 2);
    }

    private List<String> cells(Row row) {
        String error = row.error();
        if (error != null) {
            return List.of(row.work().name(), row.system(), "failed: " + error, "", "", "", "", "", "");
        }
        Median rates = row.rates();
        return List.of(
                row.work().name(),
                row.system(),
                whole(rates.value()),
                whole(rates.min()),
                whole(rates.max()),
                decimal(1e6 / rates.value()),
                ratio(row, REFERENCE),
                ratio(row, FioEngine.POSIXAIO.system()),
                decimal(row.allocatedBytesPerRequest()));
    }

    private String ratio(Row row, String system) {
        Optional<Row> other = rows.stream()
                .filter(each -> each.system().equals(system) && each.work().equals(row.work()))
                .findFirst();
        return other.map(to -> decimal(row.ratioTo(to))).orElse("");
    }

    private static String whole(double number) {
        return String.format(Locale.ROOT, "%.0f", number);
    }

    private static String decimal(double number) {
        return Double.isNaN(number) ? "" : String.format(Locale.ROOT, "%.2f", number);
    }
}
