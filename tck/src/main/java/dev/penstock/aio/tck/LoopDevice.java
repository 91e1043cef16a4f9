package dev.penstock.aio.tck;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * A block device that a file stands behind. Only root can make one, and not where the system has no loop devices to
 * give, as in many containers: there the test is reported as not run.
 *
 * @param path of the device
 */
record LoopDevice(Path path) implements AutoCloseable {
    /** Makes a device of the bytes of a file. */
    static LoopDevice of(Path file) throws IOException {
        return new LoopDevice(Path.of(losetup("--find", "--show", file.toString())));
    }

    @Override
    public void close() throws IOException {
        losetup("--detach", path.toString());
    }

    private static String losetup(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("losetup"));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile("losetup", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            Bounded.await("losetup to end", () -> !process.isAlive());
            String text = Files.readString(output).trim();
            Assumptions.assumeTrue(process.exitValue() == 0, () -> "no loop device: " + text);
            return text;
        } catch (IOException e) {
            return Assumptions.abort("no loop device: " + e.getMessage());
        } finally {
            Files.delete(output);
        }
    }
}
