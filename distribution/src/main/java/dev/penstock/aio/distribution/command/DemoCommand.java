package dev.penstock.aio.distribution.command;

import dev.penstock.aio.AsyncIo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code aio demo}: shows on a file of random bytes that everything works.
 *
 * <p>The file is made and the copy is checked with the JDK's own blocking streams, so that a mistake of ours in
 * reading cannot hide a mistake of ours in writing. The digests of the file as it was made, of what was copied, and of
 * the copy as it is read back must be the same.
 */
@Command(
        name = "demo",
        description = "Copies a file of random bytes in the temp directory by asynchronous I/O, and checks the copy.")
@SuppressWarnings("NullAway.Init") // picocli sets the annotated fields
final class DemoCommand implements Callable<Integer> {
    private static final int FAILED = 1;

    private final Instances instances;

    @Spec
    CommandSpec command;

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            defaultValue = "256M",
            converter = Sizes.class,
            description = "The size of the file, such as 64k, 256M or 1G (default: ${DEFAULT-VALUE}).")
    long size;

    @Mixin
    TransferOptions transfer;

    DemoCommand(Instances instances) {
        this.instances = instances;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        transfer.check();
        AsyncIo aio = transfer.open(instances);
        try (ScratchFolder folder = new ScratchFolder("aio-demo-")) {
            folder.requireSpace(size, 2);
            return run(aio, folder.file("source"), folder.file("target"));
        } catch (MisalignedBlockException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }

    private int run(AsyncIo aio, Path source, Path target) throws IOException, InterruptedException {
        System.out.println("making " + Sizes.format(size) + " of random bytes in " + source.getParent());
        String made = RandomFile.make(source, size);

        CopyResult copied = transfer.copy(instances, aio, source, target, true, false);
        System.out.printf(
                "copied and synced by provider %s: %d requests in %s s, %s, latency p50 %s ms, p99 %s ms%n",
                copied.provider(),
                copied.requests(),
                copied.seconds(),
                copied.rate(),
                copied.latencies().percentileMs(50),
                copied.latencies().percentileMs(99));

        String found = RandomFile.digest(target);
        if (!made.equals(copied.sha256()) || !made.equals(found) || Files.size(target) != size) {
            System.err.println("aio: the copy is wrong: made sha256=" + made + " copied sha256=" + copied.sha256()
                    + " found sha256=" + found + " size=" + Files.size(target));
            return FAILED;
        }
        if (copied.swapped() != null) {
            System.out.println(copied.swapped());
        }
        System.out.println("source and copy are the same: bytes=" + size + " sha256=" + found);
        return 0;
    }
}
