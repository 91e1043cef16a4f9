package dev.penstock.aio.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CompareTest {
    @TempDir
    Path folder;

    private int status;
    private String printed;
    private String errors;

    @Test
    void theCommandComparesInJvmsOfTheirOwnAndSaysWhyOneCannot() throws IOException {
        Path output = folder.resolve("results/new");
        Path files = Files.createDirectory(folder.resolve("files"));

        execute(
                "--quick --rounds 1 --seconds 0.01 --warm-up 0.01 --size 4M --work read-4k-cached-d32,write-sync --systems "
                        + "nio,uring-callbacks,jdk,nio_uring --folder " + files + " --output " + output);

        assertThat(status).isZero();
        assertThat(errors).contains("compare 100%");
        String text = Files.readString(output.resolve("compare.md"));
        assertThat(printed).isEqualTo(text);
        assertThat(text)
                .contains("- Kernel: ", "- libc: glibc ", "- Java: ", "- File system: ", " cores")
                .contains("- Taken: 1 rounds of 0.01 s after 0.01 s to warm up, files of 4 MiB")
                .contains(
                        "| read-4k-cached-d32 | nio ",
                        "| read-4k-cached-d32 | jdk ",
                        "| write-sync-4k ",
                        "| read-4k-cached-d32 | uring-callbacks ",
                        "| jdk (pool ")
                .doesNotContain("Unfinished");
        assertThat(text.lines().filter(line -> line.contains("failed")))
                .hasSize(2)
                .allMatch(line -> line.contains("nio_uring takes no offset"));
        assertThat(output.resolve("compare.csv")).isNotEmptyFile();
        assertThat(output.resolve("read-4k-cached-d32.svg")).isNotEmptyFile();
        assertThat(files).isEmptyDirectory();
    }

    @Test
    void whatIsNotGivenHasADefault() {
        assertThat(taken()).isEqualTo("5 rounds of 1.0 s after 10.0 s to warm up, files of 512 MiB");
        assertThat(taken("--quick")).isEqualTo("3 rounds of 0.1 s after 1.0 s to warm up, files of 64 MiB");
        assertThat(taken("--quick", "--rounds", "5", "--warm-up", "2"))
                .isEqualTo("5 rounds of 0.1 s after 2.0 s to warm up, files of 64 MiB");
    }

    private static String taken(String... arguments) {
        Compare compare = new Compare();
        new CommandLine(compare).parseArgs(arguments);
        return compare.taken();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--what",
                "--rounds 0",
                "--rounds many",
                "--seconds -1",
                "--warm-up -1",
                "--size 1M",
                "--size 512",
                "--work swim",
                "--systems nio,abacus",
                "--folder /proc/self/nowhere",
                "--output /proc/self/status",
                "--output /proc/self/nowhere"
            })
    void wrongArgumentsTakeOneLineAndStatus2(String arguments) {
        execute(arguments);

        assertThat(status).isEqualTo(2);
        assertThat(printed).isEmpty();
        assertThat(errors.lines())
                .singleElement()
                .satisfies(line -> assertThat(line).startsWith("aio compare: ").endsWith(" (see aio compare --help)"));
    }

    @Test
    void whatDoesNotExistIsRefusedWithWhatDoes() {
        execute("--systems abacus");

        assertThat(errors).contains("'abacus'", "nio", "jdk", "fio-psync", "fio-uring");

        execute("--work swim");

        assertThat(errors).contains("'swim'", "mixed-4k-cached-d32", "read-4k-cached-d100000");
    }

    private void execute(String arguments) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream toOut = new ByteArrayOutputStream();
        ByteArrayOutputStream toErr = new ByteArrayOutputStream();
        System.setOut(new PrintStream(toOut, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(toErr, true, StandardCharsets.UTF_8));
        try {
            status = Compare.execute(arguments.split(" "));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
        printed = toOut.toString(StandardCharsets.UTF_8);
        errors = toErr.toString(StandardCharsets.UTF_8);
    }
}
