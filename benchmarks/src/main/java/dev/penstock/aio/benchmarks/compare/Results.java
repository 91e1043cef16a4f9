package dev.penstock.aio.benchmarks.compare;

import dev.penstock.aio.benchmarks.loop.Clients;
import dev.penstock.aio.benchmarks.loop.Work;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that was measured.
 *
 * @param rows one for each work and system
 * @param facts of the machine and the run, names and values
 */
record Results(List<Row> rows, Map<String, String> facts) {
    /** To whom others may be compared. */
    private static final List<String> REFERENCES = List.of(
            Clients.NIO,
            Clients.JDK,
            Clients.FLOOR,
            Clients.RING_BUFFERS,
            Clients.RING_FIXED,
            FioEngine.POSIXAIO.system(),
            FioEngine.URING.system());

    /** {@return those systems that took part, of whom each row shows its ratio} */
    List<String> references() {
        return REFERENCES.stream()
                .filter(name -> rows.stream().anyMatch(row -> row.system().equals(name)))
                .toList();
    }

    /** {@return the median of each round's ratio to a system at the same work; NaN if there is none} */
    double ratio(Row row, String reference) {
        return row(row.work(), reference).map(row::ratioTo).orElse(Double.NaN);
    }

    private Optional<Row> row(Work work, String system) {
        return rows.stream()
                .filter(each -> each.system().equals(system) && each.work().equals(work))
                .findFirst();
    }

    /** {@return what became of those who did not fail at a work} */
    List<Row> successes(Work work) {
        return rows.stream()
                .filter(row -> row.work().equals(work) && row.error() == null)
                .toList();
    }
}
