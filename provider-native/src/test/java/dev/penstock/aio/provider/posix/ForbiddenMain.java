package dev.penstock.aio.provider.posix;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.penstock.aio.AsyncFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Moves a file to which nobody has permission any more, and prints what becomes of it. It needs no test library. */
final class ForbiddenMain {
    private static final long LIMIT_NS = Duration.ofSeconds(20).toNanos();

    private ForbiddenMain() {}

    public static void main(String[] arguments) throws Exception {
        Path path = Path.of(arguments[0]);
        try (Moving moving = new Moving()) {
            moving.better("nio");
            AsyncFile file = moving.io.open(path, READ, WRITE, CREATE);
            file.writeFully(ByteBuffer.wrap(new byte[] {'a'}), 0).await();
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("---------"));

            moving.better("native");
            await(() -> moving.provider().equals("native"));
            System.out.println("native=" + Moving.read(file));
            moving.instance.rank(moving.nio, 100);
            await(() -> moving.stays().contains("EACCES"));
            System.out.println("stays=" + moving.provider() + " " + Moving.read(file));
            moving.instance.remove(moving.posix);
            System.out.println("gone=" + Moving.read(file));
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long since = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - since > LIMIT_NS) {
                throw new AssertionError("not in time");
            }
            Thread.sleep(1);
        }
    }
}
