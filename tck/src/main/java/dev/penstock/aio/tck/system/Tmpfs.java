package dev.penstock.aio.tck.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A small file system of its own, for as long as it is not closed.
 *
 * @param folder where it is mounted
 */
public record Tmpfs(Path folder) implements AutoCloseable {
    /** Mounts one; the test needs root for it. */
    public static Tmpfs mount(Path folder, String options) throws IOException, InterruptedException {
        Needs.root();
        Files.createDirectories(folder);
        Command mount = Command.run(List.of("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder.toString()));
        Needs.that(mount.status() == 0, "it needs the right to mount: " + mount.output());
        return new Tmpfs(folder);
    }

    /** Lets nothing be written any more. */
    public void remountReadOnly() throws IOException, InterruptedException {
        Command.runOrFail("mount", "-o", "remount,ro", folder.toString());
    }

    @Override
    public void close() throws IOException {
        try {
            Command.runOrFail("umount", "-l", folder.toString());
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
