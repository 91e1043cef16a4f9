package dev.penstock.aio.provider.uring.plain;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.Standalone;
import dev.penstock.aio.SyncMode;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * A program that knows the API alone, with whatever providers there are. In a package of its own: on the module path that
 * of the provider belongs to its module.
 */
public final class PlainMain {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private PlainMain() {}

    /** Tells of all providers, and writes and reads a file with the one that is named behind it, or with the best. */
    public static void main(String[] arguments) throws Exception {
        Map<String, String> configuration = arguments.length > 1 ? Map.of("provider", arguments[1]) : Map.of();
        try (Standalone io = AsyncIo.load(configuration)) {
            io.providers()
                    .forEach(each -> System.out.println(
                            each.name() + "=" + each.state() + " [" + each.reason() + "] [" + each.remedy() + "]"));
            try (AsyncFile file = io.open(Path.of(arguments[0]), READ, WRITE, CREATE)) {
                System.out.println(
                        "write=" + file.write(ByteBuffer.allocate(100), 0).await(LIMIT));
                file.sync(SyncMode.FULL).await(LIMIT);
                System.out.println(
                        "read=" + file.read(ByteBuffer.allocate(200), 0).await(LIMIT));
            }
            System.out.println("provider=" + io.provider().name());
        }
    }
}
