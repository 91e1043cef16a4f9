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
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code aio copy}: copies a file of the user. Its last line is stable, for scripts. */
@Command(
        name = "copy",
        description = {
            "Copies a file by asynchronous I/O.",
            "The last line of the output is: copied bytes=N seconds=S provider=P requests=N sha256=HEX",
            "With --swap the copy is read back and compared, and the line before it is:",
            "swapped times=N providers=P,P longest.pause.ms=N"
        })
@SuppressWarnings("NullAway.Init") // picocli sets the annotated fields
final class CopyCommand implements Callable<Integer> {
    private final Instances instances;

    @Spec
    CommandSpec command;

    @Parameters(index = "0", paramLabel = "FROM", description = "The file to read.")
    Path from;

    @Parameters(index = "1", paramLabel = "TO", description = "The file to write.")
    Path to;

    @Mixin
    TransferOptions transfer;

    @Option(names = "--sync", description = "Bring the target to storage before the end.")
    boolean sync;

    @Option(names = "--force", description = "Write over the target if it exists.")
    boolean force;

    CopyCommand(Instances instances) {
        this.instances = instances;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        transfer.check();
        AsyncIo aio = transfer.open(instances);
        try {
            CopyResult result = transfer.copy(instances, aio, from, to, sync, force);
            if (result.swapped() != null) {
                checkTarget(result);
                System.out.println(result.swapped());
            }
            System.out.printf(
                    "copied bytes=%d seconds=%s provider=%s requests=%d sha256=%s%n",
                    result.bytes(), result.seconds(), result.provider(), result.requests(), result.sha256());
            return 0;
        } catch (MisalignedBlockException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }

    /** Reads back what was written while providers were swapped, by the JDK's own means. */
    private void checkTarget(CopyResult result) throws IOException, InterruptedException {
        String found = Files.isRegularFile(to) ? RandomFile.digest(to) : result.sha256();
        if (!found.equals(result.sha256())) {
            throw new IOException("the copy is wrong: copied sha256=" + result.sha256() + " found sha256=" + found);
        }
    }
}
