package dev.penstock.aio.tck.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file system on a device whose own store is smaller than it says: writes succeed, and are lost by the sync. */
public final class FullDevice implements AutoCloseable {
    private final Tmpfs store;
    private final Path folder;
    private final String device;

    private FullDevice(Tmpfs store, Path folder, String device) {
        this.store = store;
        this.folder = folder;
        this.device = device;
    }

    /** Mounts one with room for 10 MiB, which says that it has 64; the test needs root for it. */
    public static FullDevice mount(Path below) throws IOException, InterruptedException {
        Tmpfs store = Tmpfs.mount(below.resolve("store"), "size=10m");
        String image = store.folder().resolve("image").toString();
        Command.runOrFail("truncate", "-s", "64M", image);
        Command.runOrFail("mkfs.ext4", "-q", "-F", "-O", "^has_journal", image);
        String device = Command.runOrFail("losetup", "-f", "--show", image).strip();
        Path folder = Files.createDirectory(below.resolve("full"));
        Command.runOrFail("mount", "-o", "errors=continue", device, folder.toString());
        return new FullDevice(store, folder, device);
    }

    /** Returns where it is mounted. */
    public Path folder() {
        return folder;
    }

    @Override
    public void close() throws IOException {
        try {
            Command.runOrFail("umount", "-l", folder.toString());
            Command.runOrFail("losetup", "-d", device);
        } catch (InterruptedException e) {
            throw new IOException(e);
        } finally {
            store.close();
        }
    }
}
