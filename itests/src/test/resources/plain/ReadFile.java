package plain;

import static java.nio.file.StandardOpenOption.READ;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.Standalone;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** Reads a file in plain Java, by the provider that is named or the best, and prints what moved its bytes, and the text. */
public final class ReadFile {
    public static void main(String[] arguments) throws Exception {
        try (Standalone aio = AsyncIo.load(arguments.length > 1 ? Map.of("provider", arguments[1]) : Map.of());
                AsyncFile file = aio.open(Path.of(arguments[0]), READ)) {
            ByteBuffer text = ByteBuffer.allocate(100);
            long bytes = file.read(text, 0).await();
            System.out.println(aio.provider().name() + " " + bytes + " "
                    + new String(text.array(), 0, (int) bytes, StandardCharsets.UTF_8));
        }
    }
}
