package dev.penstock.aio.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.benchmarks.loop.Work;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputTest {
    private static final String ERROR = "no, \"never\"\nhere";

    @TempDir
    Path folder;

    private final Results results = results();

    @Test
    void theCsvFileHasAllFiguresOfEachRow() throws IOException {
        new Csv(results).write(folder.resolve("some.csv"));

        List<CSVRecord> records = read(folder.resolve("some.csv"));
        assertThat(records).hasSameSizeAs(results.rows());
        CSVRecord first = records.get(0);
        assertThat(first.getComment()).isNull();
        assertThat(Files.readString(folder.resolve("some.csv"))).startsWith("# Kernel: Linux, \"new\"\n");
        assertThat(first.toMap())
                .containsEntry("work", "read-4k-cached-d1")
                .containsEntry("depth", "1")
                .containsEntry("system", "nio")
                .containsEntry("note", "pool 4")
                .containsEntry("threads", "1")
                .containsEntry("direct", "false")
                .containsEntry("requests_per_second", "1000.0")
                .containsEntry("requests_per_second_lowest", "1000.0")
                .containsEntry("requests_per_second_highest", "1000.0")
                .containsEntry("p50_ns", "100.0")
                .containsEntry("p50_ns_lowest", "90.0")
                .containsEntry("p50_ns_highest", "101.0")
                .containsEntry("p99_ns", "202.0")
                .containsEntry("p99.9_ns", "400.0")
                .containsEntry("cpu_user_ns_per_request", "2.0")
                .containsEntry("cpu_system_ns_per_request", "3.0")
                .containsEntry("allocated_bytes_per_request", "4.0")
                .containsEntry("ratio_to_nio", "1.0");
        assertThat(records.get(records.size() - 1).toMap())
                .containsEntry("error", ERROR)
                .containsEntry("requests_per_second", "");
    }

    @Test
    void theTableHasTheFiguresOfEachRow() {
        List<List<String>> lines = new Report(results)
                .table()
                .lines()
                .map(line -> Stream.of(line.split("\\|")).map(String::strip).toList())
                .toList();

        List<String> head = lines.get(0);
        List<String> row = lines.get(2);
        assertThat(head.subList(1, 11))
                .containsExactly(
                        "work",
                        "system",
                        "requests/s",
                        "lowest",
                        "highest",
                        "p50 us",
                        "p99 us",
                        "p99.9 us",
                        "CPU us",
                        "B");
        assertThat(row.subList(1, 11))
                .containsExactly(
                        "read-4k-cached-d1",
                        "nio (pool 4)",
                        "1000",
                        "1000",
                        "1000",
                        "0.10",
                        "0.20",
                        "0.40",
                        "0.01",
                        "4.00");
        assertThat(row.get(head.indexOf("of nio"))).isEqualTo("1.00");
        assertThat(row.get(head.indexOf("of jdk"))).isEqualTo("0.50");
    }

    private static List<CSVRecord> read(Path file) throws IOException {
        try (Reader reader = Files.newBufferedReader(file);
                CSVParser parser =
                        CSVParser.parse(reader, Csv.FORMAT.builder().setHeader().get())) {
            return parser.getRecords();
        }
    }

    @Test
    void chartsShowEachSystemThatDidNotFail() throws Exception {
        new Charts(results).write(folder);

        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files)
                    .extracting(file -> file.getFileName().toString())
                    .containsExactlyInAnyOrder(
                            "read-4k-cached-d1.svg",
                            "read-4k-cached-d32.svg",
                            "read-4k-direct-d32.svg",
                            "read-4k-cached-depths.svg",
                            "read-4k-direct-depths.svg");
        }
        assertThat(texts(folder.resolve("read-4k-cached-d32.svg")))
                .contains("1,000", "2,000")
                .containsSubsequence("jdk", "nio")
                .doesNotContain("ring");
        assertThat(texts(folder.resolve("read-4k-cached-depths.svg"))).contains("nio", "jdk", "1", "32", "100000");
    }

    private static List<String> texts(Path svg) throws Exception {
        var nodes = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(svg.toFile())
                .getElementsByTagName("text");
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            texts.add(nodes.item(i).getTextContent());
        }
        return texts;
    }

    private static Results results() {
        List<Row> rows = new ArrayList<>();
        for (Work work : Works.startingWith(List.of("read-4k-"))) {
            rows.add(row(work, "nio", 1_000));
            rows.add(row(work, "jdk", 2_000));
        }
        Row failed = new Row(Works.named("read-4k-cached-d32"), "ring");
        failed.fail(ERROR);
        rows.add(failed);
        return new Results(rows, Map.of("Kernel", "Linux, \"new\""));
    }

    private static Row row(Work work, String system, int requests) {
        Row row = new Row(work, system);
        row.note("pool 4");
        row.add(new Sample(requests, 1_000_000_000, new Cpu(2L * requests, 3L * requests), 4L * requests));
        row.addLatencies(new Percentiles(100, 200, 300));
        row.addLatencies(new Percentiles(101, 203, 500));
        row.addLatencies(new Percentiles(90, 202, 400));
        return row;
    }
}
